/** RFC 3539 clause 3.4.1: never below six seconds. */
export const WATCHDOG_MS_MIN = 6_000;
/** Each expiry is moved by up to this much either way, so that peers do not ask in step. */
const JITTER_MS_MAX = 2_000;

export type WatchdogStep = 'wait' | 'ask' | 'suspect' | 'close';

/**
 * The watchdog of one open connection (RFC 3539 clause 3.4.1, as RFC 6733 clause 5.5 asks). It holds no timer: its
 * owner calls `step` at `dueAtMs`. Times are those of a steady clock.
 */
export class Watchdog {
  readonly #intervalMs: number;
  readonly #random: () => number;
  #setAtMs: number;
  #jitterMs: number;
  #isPending = false;
  #isSuspect = false;

  constructor(options: { intervalMs: number; nowMs: number }, { random }: { random: () => number }) {
    this.#intervalMs = Math.max(options.intervalMs, WATCHDOG_MS_MIN);
    this.#random = random;
    this.#setAtMs = options.nowMs;
    this.#jitterMs = this.#newJitterMs();
  }

  get dueAtMs(): number {
    return this.#setAtMs + this.#intervalMs + this.#jitterMs;
  }

  /** A whole message came: the peer lives. */
  heard(nowMs: number): void {
    this.#setAtMs = nowMs;
    this.#isSuspect = false;
  }

  /** The answer to the request that `step` asked for. */
  answered(): void {
    this.#isPending = false;
  }

  /** What is to be done now: nothing yet, send one DWR, treat the peer as suspect, close. */
  step(nowMs: number): WatchdogStep {
    if (nowMs < this.dueAtMs) return 'wait';
    this.#setAtMs = nowMs;
    this.#jitterMs = this.#newJitterMs();
    if (this.#isSuspect) return 'close';
    if (this.#isPending) {
      this.#isSuspect = true;
      return 'suspect';
    }
    this.#isPending = true;
    return 'ask';
  }

  #newJitterMs(): number {
    return (this.#random() * 2 - 1) * JITTER_MS_MAX;
  }
}
