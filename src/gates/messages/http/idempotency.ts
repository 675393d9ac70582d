import { createHash } from 'node:crypto';
import { KeyJournal, type KeptRequest } from './key-journal.ts';

/** Keys that are remembered; the oldest are forgotten first. */
export const IDEMPOTENCY_KEYS_MAX = 100_000;

/** Writes down that a request is about to be carried out; resolves when that is on disk. @throws where it cannot be */
export type Intend = () => Promise<void>;

interface Kept<T> {
  readonly request: string;
  outcome: Promise<T | string>;
  /** From then on the request may have been carried out. */
  isIntended: boolean;
  /** Once it is known, and stays. */
  settled?: string;
}

/**
 * Carries out a request that is sent again once, and gives it the outcome of the first: in memory, and beyond a kill
 * where it has a file. A request that a kill left between its intention and its outcome is `unknown` for good.
 */
export class IdempotentRequests<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #journal: KeyJournal | undefined;

  constructor(disk?: { readonly file: string; readonly unknown: T }) {
    if (disk === undefined) return;
    const { journal, kept } = KeyJournal.open(disk.file, IDEMPOTENCY_KEYS_MAX);
    this.#journal = journal;
    for (const { key, request, outcome } of kept) {
      const settled = outcome === undefined ? {} : { settled: outcome };
      this.#kept.set(key, { request, outcome: Promise.resolve(outcome ?? disk.unknown), isIntended: true, ...settled });
    }
  }

  /**
   * @param key of its sender; without one the request is carried out, and nothing is to be intended
   * @param isKept of an outcome that a repetition is to be given. On disk, one that is no text is `unknown`
   * @returns undefined where the key stood for another request
   */
  once(
    { key, request, isKept }: { key: string | undefined; request: unknown; isKept: (outcome: T | string) => boolean },
    carryOut: (intend: Intend | undefined) => Promise<T>,
  ): Promise<T | string> | undefined {
    if (key === undefined) return carryOut(undefined);
    const hash = createHash('sha256').update(JSON.stringify(request)).digest('base64');
    const before = this.#kept.get(key);
    if (before !== undefined) return before.request === hash ? before.outcome : undefined;
    if (this.#kept.size >= IDEMPOTENCY_KEYS_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    const kept = { request: hash, isIntended: false } as Kept<T>;
    this.#kept.set(key, kept);
    kept.outcome = carryOut(() => this.#intend(key, kept)).then((outcome) => this.#settle(key, kept, outcome, isKept));
    return kept.outcome;
  }

  close(): void {
    this.#journal?.close();
  }

  async #intend(key: string, kept: Kept<T>): Promise<void> {
    kept.isIntended = true;
    await this.#journal?.intend({ key, request: kept.request }, () => this.#intended());
  }

  /** What may be tried again must not find its old refusal. */
  #settle(key: string, kept: Kept<T>, outcome: T, isKept: (outcome: T | string) => boolean): T {
    const line = { key, request: kept.request };
    if (!isKept(outcome)) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      if (kept.isIntended) this.#journal?.free(line);
    } else if (typeof outcome === 'string') {
      kept.settled = outcome;
      this.#journal?.settle({ ...line, outcome });
    }
    return outcome;
  }

  *#intended(): Generator<KeptRequest> {
    for (const [key, { request, isIntended, settled }] of this.#kept) {
      if (isIntended) yield { key, request, ...(settled !== undefined && { outcome: settled }) };
    }
  }
}
