import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { N5gEirConfig } from '../config.ts';
import type { EquipmentChecker } from '../check.ts';
import { readTlsFiles } from '../tls-files.ts';
import { AcceptMemory } from './accept.ts';
import { type PreparedAnswer, PROBLEM_ANSWERS, STATUS_ANSWERS } from './answers.ts';
import { Congestion } from './congestion.ts';
import type { N5gEirCounters, N5gEirProblem } from './events.ts';
import { BODY_SIZE_MAX, HTTP2_OPTIONS, SESSIONS_MAX, STREAMS_FAIR_SHARE, STREAMS_OPEN_MAX } from './limits.ts';
import { EquipmentStatusRequest } from './request.ts';
import { SessionWatch, type ThreadLoad, SETTINGS_WAIT_MS_MAX } from './session-watch.ts';

const SWEEP_INTERVAL_MS = 1_000;
/** At a planned stop, how long answers may take to be delivered. */
export const STOP_MS_MAX = 5_000;
export type N5gEirFault = { code: 'N5G_EIR_LISTEN_FAILED'; port: number; reason: string };
export class N5gEirError extends Fault<N5gEirFault> {}

export interface N5gEirServerOptions {
  readonly config: N5gEirConfig;
  /** How many threads listen on the same port. Above one, the system must let them share it. */
  readonly threads: number;
}

export interface N5gEirServerParts {
  readonly checker: Pick<EquipmentChecker, 'check'>;
  readonly clock: Clock;
  readonly counters: N5gEirCounters;
  readonly log: Log;
}

/** The N5g-eir gate of one thread: HTTP/2, with TLS or with prior knowledge. */
export class N5gEirServer {
  readonly #parts: N5gEirServerParts;
  readonly #server: Http2Server | Http2SecureServer;
  readonly #request: EquipmentStatusRequest;
  readonly #accept = new AcceptMemory();
  readonly #congestion: Congestion;
  readonly #watches = new Map<Http2Session, SessionWatch>();
  readonly #load: ThreadLoad;
  readonly #onStreamError: () => void;
  #sweeper: NodeJS.Timeout | undefined;

  private constructor({ config }: N5gEirServerOptions, parts: N5gEirServerParts) {
    this.#parts = parts;
    this.#load = { nowMs: parts.clock.steadyMs(), streamsOpen: 0 };
    this.#onStreamError = () => parts.counters.count('streamReset');
    this.#congestion = new Congestion(parts);
    this.#request = new EquipmentStatusRequest({ prefix: config.pathPrefix });
    this.#server = newServer(config);
    this.#server.maxConnections = SESSIONS_MAX;
    this.#server.on('drop', () => parts.counters.count('connectionRefused'));
    this.#server.on('tlsClientError', () => parts.counters.count('connectionRefused'));
    this.#server.on('session', (session) => this.#onSession(session));
    this.#server.on('stream', (stream, headers, flags) => this.#onStream(stream, headers, flags));
  }

  /** Listens. @throws N5gEirError, TlsFilesError */
  static async open(options: N5gEirServerOptions, parts: N5gEirServerParts): Promise<N5gEirServer> {
    const server = new N5gEirServer(options, parts);
    await server.#listen(options);
    return server;
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#watches.size;
  }

  /**
   * A planned stop: no new connection; a GOAWAY that names the last request taken, so that a caller knows which of its
   * requests it may ask elsewhere (RFC 9113 clause 6.8); answers in hand are delivered; what is left after STOP_MS_MAX
   * is cut.
   */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => {
        this.#cutAll();
        // A TLS handshake that does not come to its end is no session yet, and is not waited for.
        resolve();
      }, STOP_MS_MAX);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
    clearInterval(this.#sweeper);
    this.#congestion.stop();
  }

  async #listen({ config: { host, port }, threads }: N5gEirServerOptions): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        // One thread alone keeps its port to itself, so that a second process is told that it is taken.
        this.#server.listen({ host, port, reusePort: threads > 1 }, resolve);
      });
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      throw new N5gEirError({ code: 'N5G_EIR_LISTEN_FAILED', port, reason }, { cause });
    }
    this.#server.on('error', (error) => this.#parts.log.error({ reason: error.message }, 'n5g-eir server error'));
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
    this.#congestion.start();
  }

  #onSession(session: ServerHttp2Session): void {
    const { counters } = this.#parts;
    counters.count('sessionOpened');
    const watch = new SessionWatch(session, this.#load);
    this.#watches.set(session, watch);
    // Bad frames, floods, a connection cut: the session is closed, and nobody else is touched.
    session.on('error', () => {
      watch.endedBy ??= 'sessionFailed';
    });
    session.on('close', () => {
      this.#watches.delete(session);
      counters.count('sessionClosed');
      if (watch.endedBy !== undefined) counters.count(watch.endedBy);
    });
  }

  #onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number): void {
    const watch = stream.session === undefined ? undefined : this.#watches.get(stream.session);
    if (watch === undefined || stream.destroyed || stream.closed) {
      this.#parts.counters.count('streamReset');
      return;
    }
    watch.opened();
    stream.on('error', this.#onStreamError);
    stream.on('close', watch.onStreamClose);
    if (this.#load.streamsOpen > STREAMS_OPEN_MAX && watch.streamsOpen > STREAMS_FAIR_SHARE) {
      this.#parts.counters.count('streamRefused');
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    const { headers: answerHeaders, body } = this.#answer(headers, watch);
    if (body === undefined || headers[':method'] === 'HEAD') {
      stream.respond(answerHeaders, { endStream: true });
    } else {
      stream.respond(answerHeaders);
      stream.end(body);
    }
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) === 0) discardBody(stream);
  }

  #answer(headers: IncomingHttpHeaders, watch: SessionWatch): PreparedAnswer {
    if (this.#congestion.isCongested) return this.#refuse('NF_CONGESTION');
    const problem = this.#read(headers);
    if (problem !== undefined) return this.#refuse(problem);
    const { key, imsi } = this.#request;
    return STATUS_ANSWERS[this.#parts.checker.check('n5g-eir', key, imsi, watch.caller)];
  }

  /** In the order in which HTTP and the API judge: where, how, in what form, then what is asked. */
  #read(headers: IncomingHttpHeaders): N5gEirProblem | undefined {
    const path = headers[':path'];
    if (path === undefined) return 'INVALID_MSG_FORMAT';
    const queryStart = this.#request.readPath(path);
    if (typeof queryStart !== 'number') return queryStart;
    if (headers[':method'] !== 'GET') return 'METHOD_NOT_ALLOWED';
    if (!this.#accept.accepts(headers.accept)) return 'NOT_ACCEPTABLE';
    return this.#request.readQuery(path, queryStart);
  }

  #refuse(problem: N5gEirProblem): PreparedAnswer {
    this.#parts.counters.countProblem(problem);
    return PROBLEM_ANSWERS[problem];
  }

  #sweep(): void {
    this.#load.nowMs = this.#parts.clock.steadyMs();
    for (const watch of this.#watches.values()) watch.sweep();
  }

  #cutAll(): void {
    for (const session of this.#watches.keys()) session.destroy();
  }
}

/** A body means nothing here. A short one is let pass; of a long one the caller is told that it is not wanted (RFC 9113 clause 8.1). */
function discardBody(stream: ServerHttp2Stream): void {
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > BODY_SIZE_MAX) stream.close(constants.NGHTTP2_NO_ERROR);
  });
}

function newServer({ tls }: N5gEirConfig): Http2Server | Http2SecureServer {
  if (tls === undefined) return createServer(HTTP2_OPTIONS);
  return createSecureServer({ ...HTTP2_OPTIONS, ...readTlsFiles(tls), handshakeTimeout: SETTINGS_WAIT_MS_MAX });
}
