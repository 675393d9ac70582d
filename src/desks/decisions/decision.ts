import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { ENTRY_ID_SIZE } from '../../ledger/entry.ts';
import { type Envelope, encodeStatement } from '../../statements/codec.ts';
import type { Statement } from '../../statements/statement.ts';
import { encodeOwnEntry, type OwnEntry } from '../../statements/own-entry.ts';
import type { LogName, NewJournalRow, OutboxRow } from '../../store/schema.ts';
import type { Store, Tables } from '../../store/store.ts';
import { DecisionError } from './decision-fault.ts';
import { LOOK_UP_LIMITS, type LookUpLimits, type PeopleLook, takeLookUp, type TakenLookUp } from './look-ups.ts';
import { type MemberLogs, Outbox } from './outbox.ts';

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
  /** States something in the member's shared log. @returns the statement's identity, to stand under `entry` in the answer */
  state(statement: Statement): string;
  /** Writes into the member's own log, which is served to nobody. @returns as `state` */
  seal(entry: OwnEntry): string;
  /** Writes into the journal. Of private fields, `detail` has only the names. */
  note(action: string, caseId: number | null, detail: object): void;
}

export type EncodeStatement = (envelope: Envelope, statement: Statement) => Uint8Array;

export interface DecisionsOptions {
  /** The member that decides. */
  readonly member: string;
  /** How many look-ups of people one person has in an hour; `LOOK_UP_LIMITS` without it. */
  readonly lookUpLimits?: LookUpLimits;
}

export interface DecisionsDependencies {
  readonly store: Store;
  readonly logs: MemberLogs;
  readonly clock: Clock;
  readonly log: Log;
  /** The bytes of a statement for the shared log; for everybody to read without it. */
  readonly encode?: EncodeStatement;
}

/**
 * How every desk of a member decides: in one transaction what the desk writes, its rows of the journal, the entries on
 * their way to the logs, and the answer under its key; then the append; then the answer, with the place in the log of
 * each statement. See docs/decisions/case-and-statement-together.md.
 */
export class Decisions {
  readonly member: string;
  readonly store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #outbox: Outbox;
  readonly #encode: EncodeStatement;
  readonly #lookUpLimits: LookUpLimits;

  constructor({ member, lookUpLimits = LOOK_UP_LIMITS }: DecisionsOptions, dependencies: DecisionsDependencies) {
    const { store, logs, clock, log, encode = encodeStatement } = dependencies;
    this.member = member;
    this.#lookUpLimits = lookUpLimits;
    this.store = store;
    this.#clock = clock;
    this.#log = log;
    this.#outbox = new Outbox({ store, logs, log });
    this.#encode = encode;
  }

  /**
   * Finishes what an earlier process left between database and logs, and goes on looking now and then. Call it before
   * the first request. @returns how many groups of entries were finished
   */
  async resume(): Promise<number> {
    const finished = await this.#outbox.sweep();
    this.#outbox.start();
    return finished;
  }

  close(): void {
    this.#outbox.stop();
  }

  /**
   * Decides what `work` writes. The work answers with identities where this answers with places in a log, under fields
   * named `entry`. A request repeated under its key gets the first one's answer.
   * @throws DecisionError STATEMENT_PENDING when the decision stands and a log could not be written yet; StoreError
   */
  async decide<T>(request: DeskRequest, work: (decision: Decision) => Promise<object>): Promise<T> {
    const draft = new Draft(this.member, request, {
      nowMs: this.#clock.nowMs(),
      sizes: this.#outbox.logSizes,
      encode: this.#encode,
    });
    this.#outbox.carry(draft.groupIds);
    try {
      const answer = await this.store.write((tables) => commit(draft, tables, work));
      for (const name of draft.logs) await this.#deliver(draft, name, answer);
      this.#outbox.release(draft.groupIds);
      return await this.#withEntries<T>(answer);
    } finally {
      this.#outbox.release(draft.groupIds);
    }
  }

  /**
   * Looks at people's data in the store. Every look-up of people goes this way: the journal says who did and what was
   * seen, `GET /v1/look-ups` whose data it was and on what ground, and one person has only so many in an hour.
   * @throws DecisionError LOOK_UPS_TOO_MANY, LOOK_UP_CASE_UNKNOWN; StoreError
   */
  async lookUp<T>(
    request: DeskRequest,
    people: PeopleLook & { found?: (result: T) => object },
    work: (tables: Tables, taken: TakenLookUp) => Promise<T>,
  ): Promise<T> {
    const nowMs = this.#clock.nowMs();
    const { action, caseId = null, about, found } = people;
    const done = await this.store.write(async (tables) => {
      const taken = await takeLookUp(tables, request, people, { nowMs, limits: this.#lookUpLimits });
      const result = taken.fault === undefined ? await work(tables, taken) : undefined;
      const detail = { ...about, ...(result !== undefined && found?.(result)), ...taken.detail };
      await tables.journal.add(journalRow(request, nowMs, action, caseId, detail));
      return { fault: taken.fault, result };
    });
    // What was refused is kept as well: it is thrown when it is written.
    if (done.fault !== undefined) throw new DecisionError(done.fault);
    return done.result as T;
  }

  /** Takes a look-up of people whose data is elsewhere: no write waits while files are read. @throws as `lookUp` */
  noteLookUp(request: DeskRequest, people: PeopleLook): Promise<TakenLookUp> {
    return this.lookUp(request, people, (_, taken) => Promise.resolve(taken));
  }

  /** Looks at what is private in the store and is nobody's in particular: the journal says who did. */
  look<T>(
    request: DeskRequest,
    seen: { action: string; caseId?: number | null; detail: (result: T) => object },
    work: (tables: Tables) => Promise<T>,
  ): Promise<T> {
    return this.store.write(async (tables) => {
      const result = await work(tables);
      const { action, caseId = null } = seen;
      await tables.journal.add(journalRow(request, this.#clock.nowMs(), action, caseId, seen.detail(result)));
      return result;
    });
  }

  /** Notes who is about to look at what is private elsewhere and is nobody's in particular. */
  noteLook(request: DeskRequest, seen: { action: string; detail: object }): Promise<void> {
    const row = journalRow(request, this.#clock.nowMs(), seen.action, null, seen.detail);
    return this.store.write(({ journal }) => journal.add(row));
  }

  async #deliver(draft: Draft, name: LogName, answer: string): Promise<void> {
    try {
      await this.#outbox.deliver(draft.group(name));
    } catch (cause) {
      this.#log.error({ code: 'STATEMENT_PENDING', cause: String(cause) }, 'a decision waits for the log');
      throw pending(answer, cause);
    }
  }

  /** The kept answer, where the statement named by each `entry` is replaced by its place in the log. */
  async #withEntries<T>(answer: string): Promise<T> {
    const statementIds = new Set<string>();
    const parsed = JSON.parse(answer, (field, value: unknown) => {
      if (field === 'entry' && typeof value === 'string') statementIds.add(value);
      return value;
    }) as T;
    if (statementIds.size === 0) return parsed;
    let places = await this.#placesOf(statementIds);
    if (places.size < statementIds.size) {
      await this.#outbox.settle().catch((cause: unknown) => {
        throw pending(answer, cause);
      });
      places = await this.#placesOf(statementIds);
    }
    if (places.size < statementIds.size) throw pending(answer);
    return JSON.parse(answer, (field, value: unknown) =>
      field === 'entry' && typeof value === 'string' ? { member: this.member, index: places.get(value) } : value,
    ) as T;
  }

  async #placesOf(statementIds: ReadonlySet<string>): Promise<Map<string, number>> {
    const rows = await this.store.read(({ places }) => places.of([...statementIds]));
    return new Map(rows.flatMap(({ statementId, logIndex }) => (logIndex === null ? [] : [[statementId, logIndex]])));
  }
}

async function commit(draft: Draft, tables: Tables, work: (decision: Decision) => Promise<object>): Promise<string> {
  const { idempotency, actor } = draft.request;
  if (idempotency !== undefined) {
    const earlier = await tables.idempotencyKeys.find(actor, idempotency.key, draft.nowMs);
    if (earlier !== undefined && earlier.requestHash !== idempotency.requestHash) {
      throw new DecisionError({ code: 'IDEMPOTENCY_KEY_REUSED' });
    }
    if (earlier !== undefined) return earlier.answer;
  }
  const answer = JSON.stringify(await work(draft.decision(tables)));
  await tables.journal.add(...draft.journal);
  await tables.outbox.add(draft.outbox);
  await tables.places.add(draft.outbox);
  if (idempotency !== undefined) {
    const { key, requestHash } = idempotency;
    const expiresMs = draft.nowMs + IDEMPOTENCY_KEPT_MS;
    await tables.idempotencyKeys.keep({ actor, key, requestHash, answer, expiresMs }, draft.nowMs);
  }
  return answer;
}

function pending(answer: string, cause?: unknown): DecisionError {
  const { case: number } = JSON.parse(answer) as { case?: string };
  return new DecisionError({ code: 'STATEMENT_PENDING', ...(number !== undefined && { case: number }) }, { cause });
}

/** Collects what a decision writes beside its own tables. */
class Draft {
  readonly request: DeskRequest;
  readonly nowMs: number;
  readonly journal: NewJournalRow[] = [];
  readonly outbox: OutboxRow[] = [];
  readonly #member: string;
  readonly #sizes: Readonly<Record<LogName, number>>;
  readonly #encode: EncodeStatement;
  /** Entries of one log go there in one append. */
  readonly #groups: Readonly<Record<LogName, string>> = { shared: randomUUID(), own: randomUUID() };

  constructor(
    member: string,
    request: DeskRequest,
    { nowMs, sizes, encode }: { nowMs: number; sizes: Readonly<Record<LogName, number>>; encode: EncodeStatement },
  ) {
    this.#member = member;
    this.request = request;
    this.nowMs = nowMs;
    this.#sizes = sizes;
    this.#encode = encode;
  }

  get groupIds(): string[] {
    return Object.values(this.#groups);
  }

  /** The logs that this decision writes. */
  get logs(): LogName[] {
    return [...new Set(this.outbox.map((row) => row.log))];
  }

  group(name: LogName): { log: LogName; groupId: string; entries: Uint8Array[] } {
    const rows = this.outbox.filter((row) => row.log === name);
    return { log: name, groupId: this.#groups[name], entries: rows.map((row) => row.entry) };
  }

  decision(tables: Tables): Decision {
    return {
      tables,
      request: this.request,
      nowMs: this.nowMs,
      member: this.#member,
      state: (statement) => this.#add('shared', (envelope) => this.#encode(envelope, statement)),
      seal: (entry) => this.#add('own', (envelope) => encodeOwnEntry(envelope, entry)),
      note: (action, caseId, detail) => {
        this.journal.push(journalRow(this.request, this.nowMs, action, caseId, detail));
      },
    };
  }

  #add(log: LogName, encode: (envelope: { issuer: string; timeMs: number; id: Uint8Array }) => Uint8Array): string {
    const id = randomBytes(ENTRY_ID_SIZE);
    const statementId = id.toString('hex');
    this.outbox.push({
      statementId,
      groupId: this.#groups[log],
      position: this.outbox.filter((row) => row.log === log).length,
      log,
      entry: encode({ issuer: this.#member, timeMs: this.nowMs, id }),
      logSize: this.#sizes[log],
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
