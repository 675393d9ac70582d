import assert from 'node:assert/strict';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { decodeEntry, EntryError } from '../../ledger/entry.ts';
import { LOG_NAMES, type LogName, type OutboxRow } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { DecisionError } from './decision-fault.ts';
import type { MemberLog } from './member-log.ts';

/** Decisions that may be on their way to the log at one time. */
export const DECISIONS_MAX = 256;
/** How often what was left behind is looked for. */
const SWEEP_INTERVAL_MS = 2_000;

/** The member's own logs: what it states to the others, and what it keeps for itself. */
export type MemberLogs = Readonly<Record<LogName, MemberLog>>;

/** The entries of one decision for one log: they go there in one append. */
export interface EntryGroup {
  readonly log: LogName;
  readonly groupId: string;
  readonly entries: readonly Uint8Array[];
}

interface OutboxDependencies {
  readonly store: Store;
  readonly logs: MemberLogs;
  readonly log: Log;
}

/**
 * Carries decided entries from the database into the log, each exactly once. A decision's entries are in the database
 * before they go to the log, and stay until the database knows their place. Whoever finds entries left behind looks
 * into the log before appending. See docs/decisions/case-and-statement-together.md.
 */
export class Outbox {
  readonly #store: Store;
  readonly #logs: MemberLogs;
  readonly #log: Log;
  /** Groups that a running request carries. A sweep leaves them alone. */
  readonly #carried = new Map<string, PromiseWithResolvers<void>>();
  #sweeping: Promise<number> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, logs, log }: OutboxDependencies) {
    this.#store = store;
    this.#logs = logs;
    this.#log = log;
  }

  /** The size of each log: what is decided from now on stands at this index or after it. */
  get logSizes(): Record<LogName, number> {
    return { shared: this.#logs.shared.size, own: this.#logs.own.size };
  }

  /**
   * Lets a request carry its groups, from before its decision is committed: a sweep that sees the committed rows finds
   * them taken. The request calls `release` whatever happens.
   * @throws DecisionError DESK_BUSY
   */
  carry(groupIds: readonly string[]): void {
    if (this.#carried.size >= DECISIONS_MAX * LOG_NAMES.length) {
      throw new DecisionError({ code: 'DESK_BUSY', decisionsMax: DECISIONS_MAX });
    }
    for (const groupId of groupIds) this.#carried.set(groupId, Promise.withResolvers());
  }

  release(groupIds: readonly string[]): void {
    for (const groupId of groupIds) {
      this.#carried.get(groupId)?.resolve();
      this.#carried.delete(groupId);
    }
  }

  /** Appends a group that is committed, and notes where it stands. Where it fails, a sweep finishes the work. */
  async deliver({ log, groupId, entries }: EntryGroup): Promise<void> {
    const { firstIndex } = await this.#logs[log].append(entries);
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
    for (const name of LOG_NAMES) {
      const groups = left.filter(([, [row]]) => row!.log === name);
      if (groups.length > 0) await this.#finish(name, groups);
    }
    if (left.length > 0) this.#log.info({ groups: left.length }, 'finished decisions left on their way to the log');
    return left.length;
  }

  async #finish(name: LogName, groups: readonly [groupId: string, rows: readonly OutboxRow[]][]): Promise<void> {
    await this.#logs[name].recover();
    const rows = groups.flatMap(([, group]) => group);
    const indexes = await findIn(this.#logs[name], rows);
    for (const [groupId, group] of groups) {
      const firstIndex = placeOf(group, indexes);
      const entries = group.map((row) => row.entry);
      if (firstIndex === undefined) await this.deliver({ log: name, groupId, entries });
      else await this.#store.write(({ outbox }) => outbox.settle(groupId, firstIndex));
    }
  }

  #report(cause: unknown): void {
    if (cause instanceof Fault) this.#log.warn({ ...cause.facts }, 'decisions wait for the log');
    else this.#log.error({ code: 'STATEMENT_PENDING', cause: String(cause) }, 'decisions wait for the log');
  }
}

/** Where these statements stand in the log, of those that do. */
async function findIn(log: MemberLog, rows: readonly OutboxRow[]): Promise<Map<string, number>> {
  const wanted = new Set(rows.map((row) => row.statementId));
  const from = Math.min(...rows.map((row) => row.logSize));
  const found = new Map<string, number>();
  for await (const { firstIndex, entries } of log.readEntries(from, log.size)) {
    entries.forEach((bytes, place) => {
      const id = idOf(bytes);
      if (id !== undefined && wanted.has(id)) found.set(id, firstIndex + place);
    });
  }
  return found;
}

/** Undefined for what is no entry: whoever has the log's key may have written it, and no desk did. */
function idOf(bytes: Uint8Array): string | undefined {
  try {
    return Buffer.from(decodeEntry(bytes).id).toString('hex');
  } catch (error) {
    if (error instanceof EntryError) return undefined;
    throw error;
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
