import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { ENTRY_ID_SIZE } from '../../ledger/entry.ts';
import { encodeStatement } from '../../statements/codec.ts';
import type { Statement } from '../../statements/statement.ts';
import type { CaseStatementRow, NewJournalRow, OutboxRow } from '../../store/schema.ts';
import type { Store, Tables } from '../../store/store.ts';
import { DeskError } from './desk-fault.ts';
import type { Outbox } from './outbox.ts';
import { type IsOverruled, isRowOverruled } from './overruled.ts';

/** How long a request may be repeated under its key and gets its first answer. */
export const IDEMPOTENCY_KEPT_MS = 24 * 60 * 60 * 1_000;

/** Who asks, as the portal has found out. */
export interface DeskRequest {
  readonly actor: string;
  readonly role: string;
  /** The key under which the sender may repeat this request, and a hash of what it asks. */
  readonly idempotency?: { readonly key: string; readonly requestHash: string };
}

/** What the work of one decision may do. Nothing of it holds before all of it is committed. */
export interface Decision {
  readonly tables: Tables;
  readonly request: DeskRequest;
  readonly nowMs: number;
  /** The member that decides, and in whose log it states. */
  readonly member: string;
  /** Whether a regulator has ended this statement: the member may then make it again. */
  isOverruled(row: CaseStatementRow): boolean;
  /** States something in the member's log. @returns the statement's identity, to stand under `entry` in the answer */
  state(statement: Statement): string;
  /** Writes into the journal. Of private fields, `detail` has only the names. */
  note(action: string, caseId: number | null, detail: object): void;
}

export interface DecisionOptions {
  readonly member: string;
}

export interface DecisionDependencies {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly isOverruled: IsOverruled;
}

/**
 * Decides: in one transaction whatever `work` writes, its journal rows, its entries on their way to the log, and the
 * answer under its key; then the append; then the answer, with the place in the log of each statement. A request
 * repeated under its key gets the first one's answer.
 * @throws DeskError STATEMENT_PENDING when the decision stands and the log could not be written yet
 */
export async function decide<T>(
  options: DecisionOptions,
  dependencies: DecisionDependencies,
  request: DeskRequest,
  work: (decision: Decision) => Promise<T>,
): Promise<T> {
  const { outbox } = dependencies;
  const draft = new Draft(options, request, { nowMs: dependencies.clock.nowMs(), logSize: outbox.logSize });
  outbox.carry(draft.groupId);
  try {
    const answer = await dependencies.store.write((tables) => commit(draft, tables, dependencies, work));
    const entries = draft.entriesToAppend;
    if (entries.length > 0) await deliver(dependencies, draft.groupId, entries, answer);
    outbox.release(draft.groupId);
    return await withEntries<T>(options, dependencies, answer);
  } finally {
    outbox.release(draft.groupId);
  }
}

/** Looks at what is private in the store: the journal says who did, and what was seen. */
export function look<T>(
  { store, clock }: Pick<DecisionDependencies, 'store' | 'clock'>,
  request: DeskRequest,
  seen: { action: string; caseId: number | null; detail: (result: T) => object },
  work: (tables: Tables) => Promise<T>,
): Promise<T> {
  return store.write(async (tables) => {
    const result = await work(tables);
    await tables.journal.add(journalRow(request, clock.nowMs(), seen.action, seen.caseId, seen.detail(result)));
    return result;
  });
}

/** Notes who is about to look at what is private elsewhere: no write waits while files are read. */
export function noteLook(
  { store, clock }: Pick<DecisionDependencies, 'store' | 'clock'>,
  request: DeskRequest,
  seen: { action: string; detail: object },
): Promise<void> {
  return store.write(({ journal }) => journal.add(journalRow(request, clock.nowMs(), seen.action, null, seen.detail)));
}

async function commit<T>(
  draft: Draft,
  tables: Tables,
  { isOverruled }: Pick<DecisionDependencies, 'isOverruled'>,
  work: (decision: Decision) => Promise<T>,
): Promise<string> {
  const { idempotency, actor } = draft.request;
  if (idempotency !== undefined) {
    const earlier = await tables.idempotencyKeys.find(actor, idempotency.key, draft.nowMs);
    if (earlier !== undefined && earlier.requestHash !== idempotency.requestHash) {
      throw new DeskError({ code: 'IDEMPOTENCY_KEY_REUSED' });
    }
    if (earlier !== undefined) return earlier.answer;
  }
  const answer = JSON.stringify(await work(draft.decision(tables, isOverruled)));
  await tables.journal.add(...draft.journal);
  await tables.outbox.add(draft.outbox);
  if (idempotency !== undefined) {
    const { key, requestHash } = idempotency;
    const expiresMs = draft.nowMs + IDEMPOTENCY_KEPT_MS;
    await tables.idempotencyKeys.keep({ actor, key, requestHash, answer, expiresMs }, draft.nowMs);
  }
  return answer;
}

async function deliver(
  { outbox, log }: DecisionDependencies,
  groupId: string,
  entries: readonly Uint8Array[],
  answer: string,
): Promise<void> {
  try {
    await outbox.deliver({ groupId, entries });
  } catch (cause) {
    log.error({ code: 'STATEMENT_PENDING', cause: String(cause) }, 'a decision waits for the log');
    throw pending(answer, cause);
  }
}

/** The kept answer, where the statement named by each `entry` is replaced by its place in the log. */
async function withEntries<T>(
  { member }: DecisionOptions,
  { store, outbox }: DecisionDependencies,
  answer: string,
): Promise<T> {
  const statementIds = new Set<string>();
  const parsed = JSON.parse(answer, (field, value: unknown) => {
    if (field === 'entry' && typeof value === 'string') statementIds.add(value);
    return value;
  }) as T;
  if (statementIds.size === 0) return parsed;
  const lookUp = async (): Promise<Map<string, number>> => {
    const rows = await store.read(({ cases }) => cases.logIndexes([...statementIds]));
    return new Map(rows.flatMap(({ statementId, logIndex }) => (logIndex === null ? [] : [[statementId, logIndex]])));
  };
  let indexes = await lookUp();
  if (indexes.size < statementIds.size) {
    await outbox.settle().catch((cause: unknown) => {
      throw pending(answer, cause);
    });
    indexes = await lookUp();
  }
  if (indexes.size < statementIds.size) throw pending(answer);
  return JSON.parse(answer, (field, value: unknown) =>
    field === 'entry' && typeof value === 'string' ? { member, index: indexes.get(value) } : value,
  ) as T;
}

function pending(answer: string, cause?: unknown): DeskError {
  const { case: number } = JSON.parse(answer) as { case?: string };
  return new DeskError({ code: 'STATEMENT_PENDING', ...(number !== undefined && { case: number }) }, { cause });
}

/** Collects what a decision writes beside its own tables. */
class Draft {
  readonly groupId = randomUUID();
  readonly request: DeskRequest;
  readonly nowMs: number;
  readonly journal: NewJournalRow[] = [];
  readonly outbox: OutboxRow[] = [];
  readonly #member: string;
  readonly #logSize: number;

  constructor(options: DecisionOptions, request: DeskRequest, { nowMs, logSize }: { nowMs: number; logSize: number }) {
    this.#member = options.member;
    this.request = request;
    this.nowMs = nowMs;
    this.#logSize = logSize;
  }

  get entriesToAppend(): Uint8Array[] {
    return this.outbox.map((row) => row.entry);
  }

  decision(tables: Tables, isOverruled: IsOverruled): Decision {
    const own = { member: this.#member, isOverruled };
    return {
      tables,
      request: this.request,
      nowMs: this.nowMs,
      member: this.#member,
      isOverruled: (row) => isRowOverruled(row, own),
      state: (statement) => this.#state(statement),
      note: (action, caseId, detail) => {
        this.journal.push(journalRow(this.request, this.nowMs, action, caseId, detail));
      },
    };
  }

  #state(statement: Statement): string {
    const id = randomBytes(ENTRY_ID_SIZE);
    const statementId = id.toString('hex');
    this.outbox.push({
      statementId,
      groupId: this.groupId,
      position: this.outbox.length,
      entry: encodeStatement({ issuer: this.#member, timeMs: this.nowMs, id }, statement),
      logSize: this.#logSize,
      createdMs: this.nowMs,
    });
    return statementId;
  }
}

function journalRow(
  { actor, role }: DeskRequest,
  atMs: number,
  action: string,
  caseId: number | null,
  detail: object,
): NewJournalRow {
  return { atMs, actor, role, action, caseId, detail: JSON.stringify(detail) };
}
