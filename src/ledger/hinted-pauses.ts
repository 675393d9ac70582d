/** After a failure, doubled with each one that follows. A hint, which who is back sends, ends it from the minimum on. */
const BACKOFF_MS_MIN = 250;

/** The pauses of who looks again and again. A hint ends those that wait for one, and the signal ends all. */
export class HintedPauses {
  readonly #signal: AbortSignal;
  #isHinted = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Ends the pause that is under way, or else the next one. */
  hint(): void {
    this.#isHinted = true;
    this.#wake?.();
  }

  /** What was hinted at until now is being looked at. */
  forgetHints(): void {
    this.#isHinted = false;
  }

  /** @param failures 1 or more, one after the other */
  async backOff(failures: number, msMax: number): Promise<void> {
    await this.pause(BACKOFF_MS_MIN);
    await this.untilHint(Math.max(0, Math.min(msMax, BACKOFF_MS_MIN * 2 ** (failures - 1)) - BACKOFF_MS_MIN));
  }

  async untilHint(ms: number): Promise<void> {
    if (this.#isHinted) return;
    const hinted = Promise.withResolvers<void>();
    this.#wake = hinted.resolve;
    await this.pause(ms, hinted.promise);
    this.#wake = undefined;
  }

  /** Waits for the time to pass, for `early`, or for the end. */
  async pause(ms: number, early?: Promise<void>): Promise<void> {
    if (this.#signal.aborted) return;
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    const timer = setTimeout(end, ms);
    this.#signal.addEventListener('abort', end);
    void early?.then(end);
    await over.promise;
    clearTimeout(timer);
    this.#signal.removeEventListener('abort', end);
  }
}
