import { constants, type ServerHttp2Session } from 'node:http2';
import { withoutMapping } from '../address.ts';
import type { N5gEirEvent } from './events.ts';

/**
 * A connection that has not sent its SETTINGS by then, and acknowledged ours, is closed, however busily it drips octets:
 * our limits on headers count once they are acknowledged (RFC 9113 clause 6.5.3).
 */
export const SETTINGS_WAIT_MS_MAX = 10_000;
/** A connection without a request for so long is closed with GOAWAY. */
export const IDLE_MS_MAX = 600_000;
/** A connection that takes none of its answers for so long is closed. */
export const STALL_MS_MAX = 20_000;
/** After GOAWAY, how long a connection may take to go. */
export const CLOSING_MS_MAX = 5_000;

/** What the connections of one thread share. */
export interface ThreadLoad {
  /** The steady time of the last sweep: no request reads a clock. */
  nowMs: number;
  /** Requests in hand. */
  streamsOpen: number;
}

/** What is known of one connection. */
export class SessionWatch {
  /** Who asks: the address that the connection comes from. */
  readonly caller: string;
  readonly session: ServerHttp2Session;
  /** To be called when a request that was `opened` is done with: one function for all, as each costs time. */
  readonly onStreamClose: () => void;
  /** Why the connection ended, where it was not its caller that closed it in good order. */
  endedBy: N5gEirEvent | undefined;
  readonly #load: ThreadLoad;
  readonly #startMs: number;
  #streamsOpen = 0;
  #hasSettings = false;
  #hasAcknowledged = false;
  #progressMs: number;
  #closingSinceMs: number | undefined;

  constructor(session: ServerHttp2Session, load: ThreadLoad) {
    this.session = session;
    this.caller = withoutMapping(session.socket.remoteAddress ?? '');
    this.#load = load;
    this.#startMs = load.nowMs;
    this.#progressMs = load.nowMs;
    this.onStreamClose = () => {
      load.streamsOpen -= 1;
      this.#streamsOpen -= 1;
      this.#progressMs = load.nowMs;
    };
    session.once('remoteSettings', () => {
      this.#hasSettings = true;
    });
    session.once('localSettings', () => {
      this.#hasAcknowledged = true;
    });
  }

  /** Requests in hand. */
  get streamsOpen(): number {
    return this.#streamsOpen;
  }

  opened(): void {
    this.#load.streamsOpen += 1;
    if (this.#streamsOpen === 0) this.#progressMs = this.#load.nowMs;
    this.#streamsOpen += 1;
  }

  /** Closes a connection that is of no use. To be called every now and then. */
  sweep(): void {
    const { nowMs } = this.#load;
    const quietMs = nowMs - this.#progressMs;
    const isGreeted = this.#hasSettings && this.#hasAcknowledged;
    if (this.#closingSinceMs !== undefined) {
      if (nowMs - this.#closingSinceMs > CLOSING_MS_MAX) this.session.destroy();
    } else if (!isGreeted && nowMs - this.#startMs > SETTINGS_WAIT_MS_MAX) {
      this.#cut('sessionNotGreeted', constants.NGHTTP2_SETTINGS_TIMEOUT);
    } else if (this.#streamsOpen > 0 && quietMs > STALL_MS_MAX) {
      this.#cut('sessionStalled', constants.NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (this.#streamsOpen === 0 && quietMs > IDLE_MS_MAX) {
      this.endedBy = 'sessionIdle';
      this.#closingSinceMs = nowMs;
      this.session.close();
    }
  }

  #cut(endedBy: N5gEirEvent, errorCode: number): void {
    this.endedBy = endedBy;
    this.session.destroy(new Error(endedBy), errorCode);
  }
}
