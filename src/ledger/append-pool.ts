import assert from 'node:assert/strict';
import { Fault } from '../base/fault.ts';
import { ENTRY_SIZE_MAX, EntryError } from './entry.ts';

/** Entries that wait for the next commit. A commit takes them all, so these bound a commit too. */
export const POOL_ENTRIES_MAX = 65_536;
export const POOL_OCTETS_MAX = 64 * 1024 * 1024;

export type PoolFault =
  | { code: 'LEDGER_BUSY'; entries: number; entriesMax: number; octetsMax: number }
  | { code: 'LEDGER_APPEND_TOO_LARGE'; entries: number; entriesMax: number; octets: number; octetsMax: number };
export class PoolError extends Fault<PoolFault> {}

/** Where an append went. */
export interface Appended {
  readonly firstIndex: number;
  /** Of the log, once these entries and those that came with them are in it. */
  readonly size: number;
}

/** One caller's entries, which go into the log side by side or not at all. */
export interface Append {
  readonly entries: readonly Uint8Array[];
  readonly done: PromiseWithResolvers<Appended>;
}

/** Appends that wait while a commit runs. */
export class AppendPool {
  #appends: Append[] = [];
  #entries = 0;
  #octets = 0;

  get isEmpty(): boolean {
    return this.#appends.length === 0;
  }

  /**
   * The entries' octets are read only when the commit begins: the caller leaves them alone until then.
   * @throws PoolError, EntryError ENTRY_TOO_LARGE
   */
  add(entries: readonly Uint8Array[]): Promise<Appended> {
    assert(entries.length > 0);
    const octets = entries.reduce((sum, entry) => sum + checkedSize(entry), 0);
    const limits = { entriesMax: POOL_ENTRIES_MAX, octetsMax: POOL_OCTETS_MAX };
    if (entries.length > POOL_ENTRIES_MAX || octets > POOL_OCTETS_MAX) {
      throw new PoolError({ code: 'LEDGER_APPEND_TOO_LARGE', entries: entries.length, octets, ...limits });
    }
    if (this.#entries + entries.length > POOL_ENTRIES_MAX || this.#octets + octets > POOL_OCTETS_MAX) {
      throw new PoolError({ code: 'LEDGER_BUSY', entries: this.#entries, ...limits });
    }
    this.#entries += entries.length;
    this.#octets += octets;
    const done = Promise.withResolvers<Appended>();
    this.#appends.push({ entries, done });
    return done.promise;
  }

  /** Takes out everything, in the order in which it came. */
  take(): Append[] {
    const appends = this.#appends;
    this.#appends = [];
    this.#entries = 0;
    this.#octets = 0;
    return appends;
  }
}

function checkedSize({ length }: Uint8Array): number {
  if (length > ENTRY_SIZE_MAX) throw new EntryError({ code: 'ENTRY_TOO_LARGE', size: length, sizeMax: ENTRY_SIZE_MAX });
  return length;
}
