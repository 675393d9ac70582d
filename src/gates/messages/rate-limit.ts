/** Thousandths of the rate agreed on. */
const WHOLE_PERMILLE = 1_000;

/**
 * Holds a rate in every second, wherever the second begins: it knows when the last texts passed, as many as may pass in
 * one. A fraction of the rate that allows less than one text a second allows one in so many seconds.
 */
export class RateLimit {
  readonly #perSecond: number;
  readonly #passedMs: Float64Array;
  #next = 0;

  /** @param perSecond texts in a second, 1 or more */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#passedMs = new Float64Array(perSecond).fill(-Infinity);
  }

  /** Lets one text pass, or says no. @param nowMs steady time @param permille the share of the rate, 1 to 1000 */
  admit(nowMs: number, permille = WHOLE_PERMILLE): boolean {
    const perSecond = (this.#perSecond * permille) / WHOLE_PERMILLE;
    const texts = Math.max(1, Math.floor(perSecond));
    const windowMs = (texts * 1_000) / perSecond;
    const size = this.#passedMs.length;
    // The one that passed `texts` texts ago: the window ends with this one, so that one must be out of it.
    if (nowMs - this.#passedMs[(this.#next - texts + size) % size]! < windowMs) return false;
    this.#passedMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % size;
    return true;
  }
}
