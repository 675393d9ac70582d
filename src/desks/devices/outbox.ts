import assert from 'node:assert/strict';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { decodeEntry } from '../../ledger/entry.ts';
import type { OutboxRow } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { DeskError } from './desk-fault.ts';
import type { OwnLog } from './own-log.ts';

/** Decisions that may be on their way to the log at one time. */
export const DECISIONS_MAX = 256;
/** How often what was left behind is looked for. */
const SWEEP_INTERVAL_MS = 2_000;

/** The entries of one decision: they go into the log in one append. */
export interface EntryGroup {
  readonly groupId: string;
  readonly entries: readonly Uint8Array[];
}

interface OutboxDependencies {
  readonly store: Store;
  readonly ledger: OwnLog;
  readonly log: Log;
}

/**
 * Carries decided entries from the database into the log, each exactly once. A decision's entries are in the database
 * before they go to the log, and stay until the database knows their place. Whoever finds entries left behind looks
 * into the log before appending. See docs/decisions/case-and-statement-together.md.
 */
export class Outbox {
  readonly #store: Store;
  readonly #ledger: OwnLog;
  readonly #log: Log;
  /** Groups that a running request carries. A sweep leaves them alone. */
  readonly #carried = new Map<string, PromiseWithResolvers<void>>();
  #sweeping: Promise<number> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, ledger, log }: OutboxDependencies) {
    this.#store = store;
    this.#ledger = ledger;
    this.#log = log;
  }

  /** The log's size: what is decided from now on stands at this index or after it. */
  get logSize(): number {
    return this.#ledger.size;
  }

  /**
   * Lets a request carry a group, from before its decision is committed: a sweep that sees the committed rows finds
   * them taken. The request calls `release` whatever happens.
   * @throws DeskError DESK_BUSY
   */
  carry(groupId: string): void {
    if (this.#carried.size >= DECISIONS_MAX) throw new DeskError({ code: 'DESK_BUSY', decisionsMax: DECISIONS_MAX });
    this.#carried.set(groupId, Promise.withResolvers());
  }

  release(groupId: string): void {
    this.#carried.get(groupId)?.resolve();
    this.#carried.delete(groupId);
  }

  /** Appends a group that is committed, and notes where it stands. Where it fails, a sweep finishes the work. */
  async deliver({ groupId, entries }: EntryGroup): Promise<void> {
    const { firstIndex } = await this.#ledger.append(entries);
    await this.#store.write(({ outbox }) => outbox.settle(groupId, firstIndex));
  }

  /** Waits for what other requests carry now, then finishes what nobody carries. */
  async settle(): Promise<void> {
    await Promise.all([...this.#carried.values()].map(({ promise }) => promise));
    await this.sweep();
  }

  /**
   * Finishes what a crash or a failure left behind: groups already in the log are noted, the others appended.
   * @returns how many groups were finished
   */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  /** Sweeps now and then from now on, until `stop`. */
  start(): void {
    this.#timer ??= setInterval(() => {
      this.sweep().catch((cause: unknown) => this.#report(cause));
    }, SWEEP_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #sweep(): Promise<number> {
    const rows = await this.#store.read(({ outbox }) => outbox.waiting());
    const left = [...Map.groupBy(rows, (row) => row.groupId)].filter(([groupId]) => !this.#carried.has(groupId));
    if (left.length === 0) return 0;
    await this.#ledger.recover();
    const indexes = await this.#findInLog(left.flatMap(([, group]) => group));
    for (const [groupId, group] of left) {
      const firstIndex = placeOf(group, indexes);
      if (firstIndex === undefined) await this.deliver({ groupId, entries: group.map((row) => row.entry) });
      else await this.#store.write(({ outbox }) => outbox.settle(groupId, firstIndex));
    }
    this.#log.info({ groups: left.length }, 'finished decisions that were left on their way to the log');
    return left.length;
  }

  /** Where these statements stand in the log, of those that do. */
  async #findInLog(rows: readonly OutboxRow[]): Promise<Map<string, number>> {
    const wanted = new Set(rows.map((row) => row.statementId));
    const from = Math.min(...rows.map((row) => row.logSize));
    const found = new Map<string, number>();
    for await (const { firstIndex, entries } of this.#ledger.readEntries(from, this.#ledger.size)) {
      entries.forEach((bytes, place) => {
        const id = Buffer.from(decodeEntry(bytes).id).toString('hex');
        if (wanted.has(id)) found.set(id, firstIndex + place);
      });
    }
    return found;
  }

  #report(cause: unknown): void {
    if (cause instanceof Fault) this.#log.warn({ ...cause.facts }, 'decisions wait for the log');
    else this.#log.error({ code: 'STATEMENT_PENDING', cause: String(cause) }, 'decisions wait for the log');
  }
}

/** The index of a group's first entry, or undefined where the log has none of it. */
function placeOf(group: readonly OutboxRow[], indexes: ReadonlyMap<string, number>): number | undefined {
  const firstIndex = indexes.get(group[0]!.statementId);
  const whole = group.every((row, place) => {
    const index = indexes.get(row.statementId);
    return firstIndex === undefined ? index === undefined : index === firstIndex + place;
  });
  // An append is all or nothing: a part of a group in the log means that the log or the database is not ours.
  assert(whole, 'the log holds a part of a decision');
  return firstIndex;
}
