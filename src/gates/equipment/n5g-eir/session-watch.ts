import { constants, type ServerHttp2Session } from 'node:http2';
import type { N5gEirEvent } from './events.ts';

/** A connection that has not sent its SETTINGS by then is closed, however busily it drips octets. */
export const SETTINGS_WAIT_MS_MAX = 10_000;
/** A connection without a request for so long is closed with GOAWAY. */
export const IDLE_MS_MAX = 600_000;
/** A connection that takes none of its answers for so long is closed. */
export const STALL_MS_MAX = 20_000;
/** After GOAWAY, how long a connection may take to go. */
export const CLOSING_MS_MAX = 5_000;

/** What is known of one connection. The times are of the sweep before, so that no request reads a clock. */
export class SessionWatch {
  /** Who asks: the address that the connection comes from. */
  readonly caller: string;
  readonly session: ServerHttp2Session;
  streamsOpen = 0;
  #hasSettings = false;
  #progressMs: number;
  #closingSinceMs: number | undefined;

  constructor(session: ServerHttp2Session, nowMs: number) {
    this.session = session;
    this.caller = session.socket.remoteAddress ?? '';
    this.#progressMs = nowMs;
    session.once('remoteSettings', () => {
      this.#hasSettings = true;
    });
  }

  opened(nowMs: number): void {
    if (this.streamsOpen === 0) this.#progressMs = nowMs;
    this.streamsOpen += 1;
  }

  finished(nowMs: number): void {
    this.streamsOpen -= 1;
    this.#progressMs = nowMs;
  }

  /** Closes a connection that is of no use. To be called every now and then. @returns what was found wrong */
  sweep(nowMs: number): N5gEirEvent | undefined {
    const quietMs = nowMs - this.#progressMs;
    if (this.#closingSinceMs !== undefined) {
      if (nowMs - this.#closingSinceMs > CLOSING_MS_MAX) this.session.destroy();
      return undefined;
    }
    if (this.streamsOpen > 0 && quietMs > STALL_MS_MAX) {
      this.#closingSinceMs = nowMs;
      this.session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return 'sessionStalled';
    }
    if (this.streamsOpen > 0 || quietMs <= (this.#hasSettings ? IDLE_MS_MAX : SETTINGS_WAIT_MS_MAX)) return undefined;
    this.#closingSinceMs = nowMs;
    this.session.close();
    return 'sessionIdle';
  }
}
