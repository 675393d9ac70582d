const WINDOW_MS = 1_000;

/** How many requests a connection may have answered in a second; those above it get 3004 DIAMETER_TOO_BUSY. */
export class RequestRate {
  readonly #perSecondMax: number;
  #windowStartMs: number;
  #left: number;

  constructor(options: { perSecondMax: number; nowMs: number }) {
    this.#perSecondMax = options.perSecondMax;
    this.#windowStartMs = options.nowMs;
    this.#left = options.perSecondMax;
  }

  /** To be called with the steady time before some requests are admitted. */
  tick(nowMs: number): void {
    if (nowMs - this.#windowStartMs < WINDOW_MS) return;
    this.#windowStartMs = nowMs;
    this.#left = this.#perSecondMax;
  }

  admit(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
