import { createHash } from 'node:crypto';

/** Keys that are remembered; the oldest are forgotten first. */
export const IDEMPOTENCY_KEYS_MAX = 100_000;

interface Kept<T> {
  readonly request: string;
  readonly outcome: Promise<T>;
}

/** Gives a request that is sent again the outcome of the first. In memory: a restart forgets. */
export class IdempotentRequests<T> {
  readonly #kept = new Map<string, Kept<T>>();

  /**
   * @param key of its sender; without one the request is carried out
   * @returns undefined where the key stood for another request
   */
  once(
    { key, request, isKept }: { key: string | undefined; request: unknown; isKept: (outcome: T) => boolean },
    carryOut: () => Promise<T>,
  ): Promise<T> | undefined {
    if (key === undefined) return carryOut();
    const hash = createHash('sha256').update(JSON.stringify(request)).digest('base64');
    const before = this.#kept.get(key);
    if (before !== undefined) return before.request === hash ? before.outcome : undefined;
    if (this.#kept.size >= IDEMPOTENCY_KEYS_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    const kept = { request: hash, outcome: carryOut() };
    this.#kept.set(key, kept);
    // What may be tried again must not find its old refusal.
    void this.#forgetUnless(isKept, key, kept);
    return kept.outcome;
  }

  async #forgetUnless(isKept: (outcome: T) => boolean, key: string, kept: Kept<T>): Promise<void> {
    const outcome = await kept.outcome;
    if (!isKept(outcome) && this.#kept.get(key) === kept) this.#kept.delete(key);
  }
}
