import { REFUSAL_HELD_MS_MAX, REFUSAL_HELD_MS_MIN, REFUSALS_FORGOTTEN_MS } from './limits.ts';

/** Slows whoever binds in a loop and is refused: each answer is held back twice as long as the one before. */
export class BindGuard {
  readonly #refused = new Map<string, { heldMs: number; atMs: number }>();

  /**
   * To be called for each refused bind. Names that no account has share one place, so that the table cannot be filled.
   * @param nowMs steady time
   * @returns how long to hold the answer back, in ms, and whether it is the first in a while
   */
  refused(name: string | undefined, nowMs: number): { heldMs: number; isFirst: boolean } {
    const key = name ?? '';
    const before = this.#refused.get(key);
    const isFirst = before === undefined || nowMs - before.atMs > REFUSALS_FORGOTTEN_MS;
    const heldMs = isFirst ? 0 : Math.min(Math.max(before.heldMs * 2, REFUSAL_HELD_MS_MIN), REFUSAL_HELD_MS_MAX);
    this.#refused.set(key, { heldMs, atMs: nowMs });
    return { heldMs, isFirst };
  }

  /** To be called for a bind that is taken. */
  bound(name: string): void {
    this.#refused.delete(name);
  }
}
