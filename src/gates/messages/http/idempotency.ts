import { createHash } from 'node:crypto';
import { KeyJournal, type KeptRequest } from './key-journal.ts';

/** Keys that are remembered; the oldest are forgotten first. */
export const IDEMPOTENCY_KEYS_MAX = 100_000;

interface Kept<T> {
  readonly request: string;
  readonly outcome: Promise<T | string>;
  /** Once it is known, and stays. */
  settled?: string;
}

/** Gives a request that is sent again the outcome of the first: in memory, and beyond a restart where it has a file. */
export class IdempotentRequests<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #journal: KeyJournal | undefined;

  constructor({ file }: { file?: string } = {}) {
    if (file === undefined) return;
    const { journal, kept } = KeyJournal.open(file, IDEMPOTENCY_KEYS_MAX);
    this.#journal = journal;
    for (const { key, request, outcome } of kept) {
      this.#kept.set(key, { request, outcome: Promise.resolve(outcome), settled: outcome });
    }
  }

  /**
   * @param key of its sender; without one the request is carried out
   * @param isKept of an outcome that a repetition is to be given: a text, as it goes to a file
   * @returns undefined where the key stood for another request
   */
  once(
    { key, request, isKept }: { key: string | undefined; request: unknown; isKept: (outcome: T | string) => boolean },
    carryOut: () => Promise<T>,
  ): Promise<T | string> | undefined {
    if (key === undefined) return carryOut();
    const hash = createHash('sha256').update(JSON.stringify(request)).digest('base64');
    const before = this.#kept.get(key);
    if (before !== undefined) return before.request === hash ? before.outcome : undefined;
    if (this.#kept.size >= IDEMPOTENCY_KEYS_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    const kept: Kept<T> = {
      request: hash,
      outcome: carryOut().then((outcome) => this.#settle(key, kept, outcome, isKept)),
    };
    this.#kept.set(key, kept);
    return kept.outcome;
  }

  close(): void {
    this.#journal?.close();
  }

  /** What may be tried again must not find its old refusal; what stays is on disk before anybody is answered. */
  #settle(key: string, kept: Kept<T>, outcome: T, isKept: (outcome: T | string) => boolean): T {
    if (!isKept(outcome)) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    } else if (typeof outcome === 'string') {
      kept.settled = outcome;
      this.#journal?.add({ key, request: kept.request, outcome }, () => this.#settled());
    }
    return outcome;
  }

  *#settled(): Generator<KeptRequest> {
    for (const [key, { request, settled }] of this.#kept) {
      if (settled !== undefined) yield { key, request, outcome: settled };
    }
  }
}
