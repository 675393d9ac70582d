import type { Clock } from '../../../base/clock.ts';

export const BEAT_INTERVAL_MS = 100;
/** A thread whose timer comes later than this has more to do than it can: callers are asked to come again. */
export const LATENESS_MS_MAX = 1_000;

/**
 * Tells when a thread falls behind, by how late its timer fires. Until then a late answer is worth more than none: many
 * callers let a phone pass that they got no answer for.
 */
export class Congestion {
  readonly #clock: Clock;
  #lastBeatMs: number;
  #timer: NodeJS.Timeout | undefined;
  isCongested = false;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
    this.#lastBeatMs = clock.steadyMs();
  }

  start(): void {
    this.#timer = setInterval(() => this.beat(), BEAT_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** To be called every BEAT_INTERVAL_MS. */
  beat(): void {
    const nowMs = this.#clock.steadyMs();
    this.isCongested = nowMs - this.#lastBeatMs - BEAT_INTERVAL_MS > LATENESS_MS_MAX;
    this.#lastBeatMs = nowMs;
  }
}
