import { constants, type ServerHttp2Session } from 'node:http2';
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

/** What is known of one connection. The times are of the sweep before, so that no request reads a clock. */
export class SessionWatch {
  /** Who asks: the address that the connection comes from. */
  readonly caller: string;
  readonly session: ServerHttp2Session;
  streamsOpen = 0;
  /** Why the connection ended, where it was not its caller that closed it in good order. */
  endedBy: N5gEirEvent | undefined;
  readonly #startMs: number;
  #hasSettings = false;
  #hasAcknowledged = false;
  #progressMs: number;
  #closingSinceMs: number | undefined;

  constructor(session: ServerHttp2Session, nowMs: number) {
    this.session = session;
    this.caller = session.socket.remoteAddress ?? '';
    this.#startMs = nowMs;
    this.#progressMs = nowMs;
    session.once('remoteSettings', () => {
      this.#hasSettings = true;
    });
    session.once('localSettings', () => {
      this.#hasAcknowledged = true;
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

  /** Closes a connection that is of no use. To be called every now and then. */
  sweep(nowMs: number): void {
    const quietMs = nowMs - this.#progressMs;
    const isGreeted = this.#hasSettings && this.#hasAcknowledged;
    if (this.#closingSinceMs !== undefined) {
      if (nowMs - this.#closingSinceMs > CLOSING_MS_MAX) this.session.destroy();
    } else if (!isGreeted && nowMs - this.#startMs > SETTINGS_WAIT_MS_MAX) {
      this.#cut('sessionNotGreeted', constants.NGHTTP2_SETTINGS_TIMEOUT);
    } else if (this.streamsOpen > 0 && quietMs > STALL_MS_MAX) {
      this.#cut('sessionStalled', constants.NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (this.streamsOpen === 0 && quietMs > IDLE_MS_MAX) {
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
