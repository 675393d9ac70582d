import type { Clock } from '../../base/clock.ts';

/** Keys that are counted at one time; the one first seen is forgotten first. */
export const KEYS_COUNTED_MAX = 10_000;

/** Counts attempts by a key, in memory: an address is worth no row in a database. */
export class AttemptLimits {
  readonly #options: { readonly attemptsMax: number; readonly windowMs: number };
  readonly #clock: Clock;
  readonly #windows = new Map<string, { attempts: number; readonly endMs: number }>();

  constructor(options: { attemptsMax: number; windowMs: number }, { clock }: { clock: Clock }) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Counts an attempt. @returns in how many seconds the next may be made, where this one is one too many */
  take(key: string): number | undefined {
    const nowMs = this.#clock.steadyMs();
    let window = this.#windows.get(key);
    if (window === undefined || nowMs >= window.endMs) {
      this.#windows.delete(key);
      window = { attempts: 0, endMs: nowMs + this.#options.windowMs };
      this.#windows.set(key, window);
      this.#forget();
    }
    window.attempts++;
    if (window.attempts <= this.#options.attemptsMax) return undefined;
    return Math.max(1, Math.ceil((window.endMs - nowMs) / 1_000));
  }

  #forget(): void {
    if (this.#windows.size <= KEYS_COUNTED_MAX) return;
    const [oldest] = this.#windows.keys();
    this.#windows.delete(oldest!);
  }
}
