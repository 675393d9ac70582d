/** Between two attempts after failures: doubled with each. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 10_000;

/**
 * Keeps something level with what changes elsewhere. Its step runs at each news, one run after the other; after a
 * failure it runs again by itself, ever more seldom, until it succeeds.
 */
export class CatchUp {
  readonly #step: () => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #turn: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(step: () => Promise<void>, onFailure: (error: unknown) => void) {
    this.#step = step;
    this.#onFailure = onFailure;
  }

  /** There is news. @returns when a run that begins after now is over, whatever came of it */
  run(): Promise<void> {
    return (this.#turn = this.#turn.then(() => this.#runOnce()));
  }

  /** When all runs that were asked for are over. */
  get settled(): Promise<void> {
    return this.#turn;
  }

  /** Ends it after the run that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#turn;
  }

  async #runOnce(): Promise<void> {
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    try {
      await this.#step();
      this.#failures = 0;
    } catch (error) {
      this.#onFailure(error);
      const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.#failures++);
      if (!this.#isClosed) this.#retry = setTimeout(() => void this.run(), waitMs);
    }
  }
}
