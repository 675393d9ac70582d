import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { Decision, Decisions, DeskRequest } from '../desks/decisions/decision.ts';
import { DecisionError } from '../desks/decisions/decision-fault.ts';
import type { ExchangeFileRow } from '../store/exchange/schema.ts';
import { StoreError } from '../store/store-fault.ts';
import { checkList, type CheckedList, ListRefused } from './checking.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { ListItem } from './list-record.ts';
import { readList } from './list-reader.ts';
import { writeResponse } from './outbox.ts';
import type { Register } from './register.ts';
import type { Spool } from './spool.ts';
import { subjectOf } from './subject.ts';
import { ENDS_HERE, type GroupContext, type GroupCounts, GroupTaking } from './taking-group.ts';

/** Lines that one decision takes. */
export const GROUP_LINES = 500;
/** How often a group is tried again while the log or the database cannot be written, and how long it waits. */
const GROUP_ATTEMPTS_MAX = 30;
const GROUP_WAIT_MS = 500;
/** The exchange itself acts, as no person. */
export const EXCHANGE_REQUEST: DeskRequest = { actor: 'exchange', role: 'node' };

export interface TakingDependencies {
  readonly decisions: Decisions;
  readonly log: Log;
  readonly spool: Spool;
  readonly isPast: GroupContext['isPast'];
}

/**
 * Takes a received list in: checks the whole of it, then applies it group by group, then, of a full list, drops what it
 * has no more. Each group is one decision that notes how far it came, so that whoever is killed goes on from there.
 */
export class ListTaking {
  readonly #register: Register;
  readonly #path: string;
  readonly #isStopped: () => boolean;
  readonly #deps: TakingDependencies;
  #file: ExchangeFileRow;

  constructor(
    options: { register: Register; path: string; file: ExchangeFileRow; isStopped?: () => boolean },
    deps: TakingDependencies,
  ) {
    this.#register = options.register;
    this.#path = options.path;
    this.#file = options.file;
    this.#isStopped = options.isStopped ?? (() => false);
    this.#deps = deps;
  }

  /**
   * @returns the file's row as it stands at the end: taken or refused.
   * @throws ExchangeError EXCHANGE_FILE_UNREADABLE where the octets of a half taken list are gone; DecisionError, StoreError
   */
  async run(): Promise<ExchangeFileRow> {
    try {
      if (this.#file.state === 'received') await this.#begin(await this.#check());
      if (this.#file.state === 'applying') await this.#apply();
      if (this.#file.state === 'sweeping') await this.#sweep();
    } catch (cause) {
      const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      const fault = isGone ? new ExchangeError({ code: 'EXCHANGE_FILE_UNREADABLE' }, { cause }) : cause;
      if (this.#file.state !== 'received' || !(fault instanceof ExchangeError)) throw fault;
      await this.#refuse(fault);
    }
    return this.#file;
  }

  #check(): Promise<CheckedList> {
    const { decisions } = this.#deps;
    return checkList(this.#path, this.#file, {
      register: this.#register,
      read: (work) => decisions.store.read(work),
      nowMs: this.#file.createdMs,
    });
  }

  async #begin({ header, records }: CheckedList): Promise<void> {
    const { kind, number } = header;
    await this.#decide(async (decision) => {
      const change = { state: 'applying', kind, records, listNumber: number ?? null } as const;
      await decision.tables.exchange.files.change(this.#file.id, change);
      decision.note('exchange.list-begun', null, { ...this.#named(), kind, records });
    });
  }

  async #refuse(refused: ExchangeError): Promise<void> {
    const { facts } = refused;
    const lines = refused instanceof ListRefused ? refused.lines : [];
    const faultLine = 'line' in facts ? facts.line : null;
    await this.#decide(async (decision) => {
      const change = { state: 'refused', faultCode: facts.code, faultLine, finishedMs: decision.nowMs } as const;
      await decision.tables.exchange.files.change(this.#file.id, { ...change, refused: lines.length });
      await decision.tables.exchange.files.addLineFaults(lines.map((row) => ({ ...row, fileId: this.#file.id })));
      decision.note('exchange.list-refused', null, { ...this.#named(), code: facts.code });
      await this.#answer(decision);
    });
  }

  async #apply(): Promise<void> {
    const { rangeSizeMax, table } = this.#register;
    let skip = this.#file.recordsDone;
    for await (const items of readList(this.#path, table, { rangeSizeMax, nowMs: this.#file.createdMs })) {
      const left = items.slice(skip);
      skip = Math.max(0, skip - items.length);
      for (let start = 0; start < left.length; start += GROUP_LINES) {
        if (this.#isStopped()) return;
        await this.#takeLines(left.slice(start, start + GROUP_LINES));
      }
    }
    await this.#decide(async (decision) => {
      if (this.#file.kind === 'full') {
        await decision.tables.exchange.files.change(this.#file.id, { state: 'sweeping' });
      } else {
        await this.#finish(decision);
      }
    });
  }

  /** One group, in as many decisions as it needs: a line that ends what the group itself states begins another. */
  async #takeLines(items: readonly ListItem[]): Promise<void> {
    const first = this.#file.recordsDone;
    while (this.#file.recordsDone < first + items.length) {
      const rest = items.slice(this.#file.recordsDone - first);
      await this.#decide((decision) => this.#takeGroup(decision, rest));
    }
  }

  async #takeGroup(decision: Decision, items: readonly ListItem[]): Promise<void> {
    const subjects = items.flatMap(({ record }) => (record === undefined ? [] : [subjectOf(record)]));
    const group = await GroupTaking.open(this.#contextOf(decision), [...new Set(subjects)]);
    let taken = 0;
    while (taken < items.length && group.take(items[taken]!) !== ENDS_HERE) taken++;
    await group.write();
    await this.#count(decision, group.counts, this.#file.recordsDone + taken);
  }

  async #sweep(): Promise<void> {
    while (this.#file.state === 'sweeping' && !this.#isStopped())
      await this.#decide((decision) => this.#sweepGroup(decision));
  }

  async #sweepGroup(decision: Decision): Promise<void> {
    const { listings } = decision.tables.exchange;
    const unseen = await listings.unseen(this.#register.name, this.#file.id, GROUP_LINES);
    if (unseen.length === 0) return this.#finish(decision);
    const group = await GroupTaking.open(this.#contextOf(decision), [...new Set(unseen.map((row) => row.subject))]);
    for (const { id } of unseen) if (group.drop(id) === ENDS_HERE) break;
    await group.write();
    await this.#count(decision, group.counts, this.#file.recordsDone);
  }

  async #count(decision: Decision, counts: GroupCounts, recordsDone: number): Promise<void> {
    const { inserted, removed, unchanged, skipped, refused, conflicts } = this.#file;
    await decision.tables.exchange.files.change(this.#file.id, {
      recordsDone,
      inserted: inserted + counts.inserted,
      removed: removed + counts.removed,
      unchanged: unchanged + counts.unchanged,
      skipped: skipped + counts.skipped,
      refused: refused + counts.refused,
      conflicts: conflicts + counts.conflicts,
    });
    decision.note('exchange.lines-taken', null, { file: this.#file.id, recordsDone, ...counts });
  }

  async #finish(decision: Decision): Promise<void> {
    const { id, size, sha256 } = this.#file;
    await decision.tables.exchange.files.change(id, { state: 'taken', finishedMs: decision.nowMs });
    decision.seal({
      kind: 'digest.sealed',
      subject: `exchange-list:${this.#register.name}:${id}`,
      sha256: Buffer.from(sha256, 'hex'),
      size,
    });
    decision.note('exchange.list-taken', null, this.#named());
    await this.#answer(decision);
  }

  async #answer(decision: Decision): Promise<void> {
    if (this.#register.table.response === undefined) return;
    const list = await decision.tables.exchange.files.find(this.#file.id);
    await writeResponse(decision, this.#register, list!, this.#deps.spool);
  }

  /** Decides, and reads back how far that came: what stands is what the database says, whatever became of the answer. */
  async #decide(work: (decision: Decision) => Promise<void>): Promise<void> {
    const before = this.#file;
    for (let attempt = 1; ; attempt++) {
      try {
        // What failed may stand all the same: it is not decided twice.
        if (attempt > 1) await this.#readBack();
        if (!isSameProgress(before, this.#file)) return;
        await this.#deps.decisions.decide(EXCHANGE_REQUEST, async (decision) => {
          await work(decision);
          return {};
        });
        return await this.#readBack();
      } catch (cause) {
        if (!isPassing(cause) || attempt === GROUP_ATTEMPTS_MAX || this.#isStopped()) throw cause;
      }
      this.#deps.log.warn({ file: before.id, attempt }, 'a list waits for the log or the database');
      await wait(GROUP_WAIT_MS);
    }
  }

  async #readBack(): Promise<void> {
    const { store } = this.#deps.decisions;
    this.#file = (await store.read(({ exchange }) => exchange.files.find(this.#file.id)))!;
  }

  #contextOf(decision: Decision): GroupContext {
    const { isPast } = this.#deps;
    const isFull = this.#file.kind === 'full';
    return { decision, register: this.#register, file: this.#file, isFull, isPast };
  }

  #named(): object {
    return { file: this.#file.id, register: this.#register.name, sha256: this.#file.sha256 };
  }
}

/** The log or the database is not to be had for the moment. */
function isPassing(cause: unknown): boolean {
  if (cause instanceof DecisionError) return cause.facts.code !== 'IDEMPOTENCY_KEY_REUSED';
  return cause instanceof StoreError;
}

function isSameProgress(before: ExchangeFileRow, after: ExchangeFileRow): boolean {
  return before.state === after.state && before.recordsDone === after.recordsDone && before.removed === after.removed;
}
