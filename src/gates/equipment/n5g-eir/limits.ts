import type { ServerOptions } from 'node:http2';

/** Connections of one thread. An AMF or an SCP holds a few. */
export const SESSIONS_MAX = 1_024;
/** Requests in hand of one thread, in all connections: beyond it, REFUSED_STREAM for who has more than a fair share. */
export const STREAMS_OPEN_MAX = 16_384;
/** Requests in hand that a connection may have however many the others hold, so that those cannot lock it out. */
export const STREAMS_FAIR_SHARE = STREAMS_OPEN_MAX / SESSIONS_MAX;
/** Requests in hand of one connection. */
export const STREAMS_PER_SESSION_MAX = 256;
/** Of one request's headers, as RFC 9113 clause 6.5.2 counts them: names, values and 32 octets each. */
export const HEADER_LIST_SIZE_MAX = 16_384;
export const HEADER_PAIRS_MAX = 96;
/** Octets of a request's body that are read, and forgotten. */
export const BODY_SIZE_MAX = 16_384;
/** Streams that a client may reset at once, and then each second, before the connection is closed: the rapid reset. */
export const STREAM_RESETS_BURST_MAX = 512;
export const STREAM_RESETS_PER_SECOND_MAX = 32;
/** Frames that break the rules, and streams above the limit, that a connection may send before it is closed. */
export const INVALID_FRAMES_MAX = 64;
export const REJECTED_STREAMS_MAX = 256;
/** Memory of one connection, in MB: the unit of Node. */
export const SESSION_MEMORY_MB_MAX = 4;
export const SETTINGS_PER_FRAME_MAX = 32;

export const HTTP2_OPTIONS: ServerOptions = {
  maxHeaderListPairs: HEADER_PAIRS_MAX,
  maxOutstandingPings: 8,
  maxSessionInvalidFrames: INVALID_FRAMES_MAX,
  maxSessionRejectedStreams: REJECTED_STREAMS_MAX,
  maxSessionMemory: SESSION_MEMORY_MB_MAX,
  maxSettings: SETTINGS_PER_FRAME_MAX,
  streamResetBurst: STREAM_RESETS_BURST_MAX,
  streamResetRate: STREAM_RESETS_PER_SECOND_MAX,
  settings: {
    enablePush: false,
    maxConcurrentStreams: STREAMS_PER_SESSION_MAX,
    maxHeaderListSize: HEADER_LIST_SIZE_MAX,
  },
};
