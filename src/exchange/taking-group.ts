import type { Decision } from '../desks/decisions/decision.ts';
import { DecisionError } from '../desks/decisions/decision-fault.ts';
import type { ReleaseReason } from '../statements/statement.ts';
import type {
  ExchangeConflictKind,
  ExchangeConflictRow,
  ExchangeFileRow,
  ExchangeLineFaultRow,
  ExchangeListingRow,
} from '../store/exchange/schema.ts';
import type { CaseStatementRow } from '../store/schema.ts';
import { isRefusal, type LineFault } from './exchange-fault.ts';
import type { ListItem, ListRecord } from './list-record.ts';
import { stateListing, endStatement } from './stating.ts';
import { subjectOf } from './subject.ts';
import type { Register } from './register.ts';

/** What became of a group of lines. */
export interface GroupCounts {
  inserted: number;
  removed: number;
  unchanged: number;
  skipped: number;
  refused: number;
  conflicts: number;
}

export interface GroupContext {
  readonly decision: Decision;
  readonly register: Register;
  readonly file: ExchangeFileRow;
  readonly isFull: boolean;
  /** Whether this own case's statement stands no more by the logs, as a regulator has ended it. */
  readonly isPast: (row: CaseStatementRow) => boolean;
}

/** A statement of this very group has no place in the log yet, so it cannot be ended in it. */
export const ENDS_HERE = Symbol('the group ends before this line');

/**
 * Takes lines of a list one after the other, against what stands. It changes its own copy first; `write` puts that into
 * the transaction.
 */
export class GroupTaking {
  readonly counts: GroupCounts = { inserted: 0, removed: 0, unchanged: 0, skipped: 0, refused: 0, conflicts: 0 };
  readonly #context: GroupContext;
  readonly #listings: Map<string, ExchangeListingRow[]>;
  readonly #byId: ReadonlyMap<number, ExchangeListingRow>;
  readonly #conflicts: Map<string, ExchangeConflictRow[]>;
  readonly #ownCases: ReadonlySet<string>;
  readonly #indexes: ReadonlyMap<string, number | null>;
  readonly #statedHere = new Set<string>();
  readonly #added = new Set<ExchangeListingRow>();
  readonly #changed = new Set<ExchangeListingRow>();
  readonly #seen: number[] = [];
  readonly #faults: ExchangeLineFaultRow[] = [];
  readonly #opened: ExchangeConflictRow[] = [];
  #nextListing: number;
  #nextConflict: number;

  private constructor(
    context: GroupContext,
    standing: {
      listings: readonly ExchangeListingRow[];
      conflicts: readonly ExchangeConflictRow[];
      ownCases: ReadonlySet<string>;
      indexes: ReadonlyMap<string, number | null>;
      nextListing: number;
      nextConflict: number;
    },
  ) {
    this.#context = context;
    this.#byId = new Map(standing.listings.map((row) => [row.id, row]));
    this.#listings = Map.groupBy(standing.listings, ({ subject }) => subject);
    this.#conflicts = Map.groupBy(standing.conflicts, ({ subject }) => subject);
    this.#ownCases = standing.ownCases;
    this.#indexes = standing.indexes;
    this.#nextListing = standing.nextListing;
    this.#nextConflict = standing.nextConflict;
  }

  static async open(context: GroupContext, subjects: readonly string[]): Promise<GroupTaking> {
    const { exchange, cases, places } = context.decision.tables;
    const listings = await exchange.listings.standing(subjects);
    const own = await cases.standing(subjects);
    const stated = listings.flatMap(({ statementId }) => (statementId === null ? [] : [statementId]));
    const indexes = await places.of(stated);
    return new GroupTaking(context, {
      listings,
      conflicts: await exchange.conflicts.about(subjects),
      ownCases: new Set(
        own
          .filter(({ kind }) => kind.startsWith('device.'))
          .filter((row) => !context.isPast(row))
          .map(({ subject }) => subject),
      ),
      indexes: new Map(indexes.map(({ statementId, logIndex }) => [statementId, logIndex])),
      nextListing: await exchange.listings.nextId(),
      nextConflict: await exchange.conflicts.nextId(),
    });
  }

  /** @returns ENDS_HERE where this line has to wait for the next group */
  take({ line, record, fault }: ListItem): typeof ENDS_HERE | void {
    if (fault !== undefined) return this.#note(line, fault);
    const { register } = this.#context;
    const organisation = record.organisation ?? register.sender;
    if (organisation === register.organisation) return this.#note(line, { code: 'LIST_OWN' });
    if (register.ignore.includes(organisation)) return this.#note(line, { code: 'LIST_ORGANISATION_IGNORED' });
    return 'insert' in record.says
      ? this.#insert(line, organisation, record, record.says.insert)
      : this.#remove(line, organisation, record, record.says.remove);
  }

  /** Ends a listing that a full list has no more. */
  drop(id: number): typeof ENDS_HERE | void {
    const mine = this.#byId.get(id);
    return mine === undefined ? undefined : this.#end(mine, 'withdrawn');
  }

  async write(): Promise<void> {
    const { exchange } = this.#context.decision.tables;
    // What ended here goes first: the same organisation may list the same again below it.
    for (const row of this.#changed) if (!this.#added.has(row)) await exchange.listings.change(row.id, row);
    await exchange.listings.add([...this.#added]);
    await exchange.listings.markSeen(this.#seen, this.#context.file.id);
    await exchange.conflicts.add(this.#opened);
    await exchange.files.addLineFaults(this.#faults);
  }

  #insert(
    line: number,
    organisation: string,
    record: ListRecord,
    reason: ExchangeListingRow['reason'],
  ): typeof ENDS_HERE | void {
    const subject = subjectOf(record);
    const listed = this.#listingsOf(subject);
    const mine = listed.find((row) => this.#isOf(row, organisation));
    if (mine !== undefined) return this.#insertAgain(line, mine, record, reason);
    const { file, decision } = this.#context;
    const row: ExchangeListingRow = {
      id: this.#nextListing++,
      register: this.#context.register.name,
      organisation,
      subject,
      imeiFrom: record.from,
      imeiTo: record.to,
      theirReason: record.theirReason,
      reason,
      fileId: file.id,
      line,
      seenFileId: file.id,
      listedMs: decision.nowMs,
      statementId: null,
      endedMs: null,
    };
    const conflict = this.#conflictOf(subject, listed, reason);
    const decided = conflict && this.#settle(conflict, line, row);
    if ((conflict === undefined && listed.length === 0) || decided === 'state') this.#state(row, record);
    this.#added.add(row);
    this.#listings.set(subject, [...listed, row]);
    this.counts.inserted++;
  }

  /** What stands against a new listing, if anything does. */
  #conflictOf(
    subject: string,
    listed: readonly ExchangeListingRow[],
    reason: string,
  ): ExchangeConflictKind | undefined {
    if (this.#ownCases.has(subject)) return 'own-case';
    return listed.some((row) => row.reason !== reason) ? 'reason-differs' : undefined;
  }

  #insertAgain(line: number, mine: ExchangeListingRow, record: ListRecord, reason: string): typeof ENDS_HERE | void {
    const { file, isFull } = this.#context;
    const isSame = mine.theirReason === record.theirReason && mine.reason === reason;
    // In a full list each is listed once: of two that differ, nobody knows which is meant.
    if (isFull && mine.seenFileId === file.id && !isSame) return this.#note(line, { code: 'LIST_TWICE' });
    const isBare = mine.statementId === null && !this.#isBorne(mine.subject) && !this.#isReleasedHere(mine);
    if (isSame && !isBare) {
      this.#see(mine);
      this.counts.unchanged++;
      return;
    }
    if (mine.statementId !== null && mine.reason !== reason) {
      if (this.#endStatementOf(mine, 'corrected') === ENDS_HERE) return ENDS_HERE;
      mine.reason = reason;
      this.#state(mine, record);
    } else if (isBare) {
      mine.reason = reason;
      this.#state(mine, record);
    }
    Object.assign(mine, { theirReason: record.theirReason, reason, seenFileId: file.id });
    this.#changed.add(mine);
    this.counts.inserted++;
  }

  #remove(line: number, organisation: string, record: ListRecord, reason: ReleaseReason): typeof ENDS_HERE | void {
    const subject = subjectOf(record);
    const listed = this.#listingsOf(subject);
    const mine = listed.find((row) => this.#isOf(row, organisation));
    if (mine !== undefined) return this.#end(mine, reason);
    if (record.ifListed === true) return this.#note(line, { code: 'LIST_NO_EFFECT', field: 'status' });
    if (listed.length === 0 && !this.#ownCases.has(subject)) return this.#note(line, { code: 'LIST_NOT_LISTED' });
    const { from: imeiFrom, to: imeiTo, theirReason } = record;
    this.#settle('stranger', line, { organisation, subject, imeiFrom, imeiTo, theirReason });
    this.#note(line, { code: 'LIST_NOT_OWNER', field: 'organisation' });
  }

  #end(mine: ExchangeListingRow, reason: ReleaseReason): typeof ENDS_HERE | void {
    if (mine.statementId !== null) {
      const heir = this.#heirOf(mine);
      if (heir !== undefined && heir.reason === mine.reason) {
        heir.statementId = mine.statementId;
        this.#changed.add(heir);
      } else {
        if (this.#endStatementOf(mine, reason) === ENDS_HERE) return ENDS_HERE;
        if (heir !== undefined) {
          this.#state(heir);
          this.#changed.add(heir);
        }
      }
    }
    mine.endedMs = this.#context.decision.nowMs;
    this.#changed.add(mine);
    this.#listings.set(
      mine.subject,
      this.#listingsOf(mine.subject).filter((row) => row !== mine),
    );
    this.counts.removed++;
  }

  /** Another's listing of the same, which goes on. An own case goes on without one. */
  #heirOf(mine: ExchangeListingRow): ExchangeListingRow | undefined {
    const others = this.#listingsOf(mine.subject).filter((row) => row !== mine);
    if (this.#ownCases.has(mine.subject) || others.some(({ statementId }) => statementId !== null)) return undefined;
    return others[0];
  }

  /** What was decided of such a conflict before; where nobody has, it is opened once. */
  #settle(
    kind: ExchangeConflictKind,
    line: number,
    about: Pick<ExchangeListingRow, 'organisation' | 'subject' | 'imeiFrom' | 'imeiTo' | 'theirReason'>,
  ): string | undefined {
    const { register, file, decision } = this.#context;
    const { organisation, subject, imeiFrom, imeiTo, theirReason } = about;
    const known = this.#conflicts.get(subject) ?? [];
    const earlier = known.findLast(
      (row) =>
        row.kind === kind &&
        row.register === register.name &&
        row.organisation === organisation &&
        row.theirReason === theirReason,
    );
    if (earlier !== undefined && (earlier.resolution ?? 'keep') !== 'release') return earlier.resolution ?? undefined;
    const opened: ExchangeConflictRow = {
      id: this.#nextConflict++,
      register: register.name,
      fileId: file.id,
      line,
      kind,
      organisation,
      subject,
      imeiFrom,
      imeiTo,
      theirReason,
      openedMs: decision.nowMs,
      resolvedMs: null,
      resolution: null,
      resolvedBy: null,
    };
    this.#opened.push(opened);
    this.#conflicts.set(subject, [...known, opened]);
    this.counts.conflicts++;
    return undefined;
  }

  #state(row: ExchangeListingRow, record?: ListRecord): void {
    row.statementId = stateListing(this.#context.decision, this.#context.register, row, record);
    this.#statedHere.add(row.statementId);
  }

  #endStatementOf(row: ExchangeListingRow, reason: ReleaseReason): typeof ENDS_HERE | void {
    const statementId = row.statementId!;
    if (this.#statedHere.has(statementId)) return ENDS_HERE;
    const index = this.#indexes.get(statementId) ?? null;
    // Stated by an earlier group, and on its way to the log: this group waits for it.
    if (index === null) throw new DecisionError({ code: 'STATEMENT_PENDING' });
    endStatement(this.#context.decision, row, index, reason);
    row.statementId = null;
  }

  #see(row: ExchangeListingRow): void {
    if (!this.#context.isFull || row.seenFileId === this.#context.file.id) return;
    row.seenFileId = this.#context.file.id;
    this.#seen.push(row.id);
  }

  #isBorne(subject: string): boolean {
    return this.#ownCases.has(subject) || this.#listingsOf(subject).some(({ statementId }) => statementId !== null);
  }

  /** Whether somebody here has ended what this listing stated: it stays so until it is listed anew. */
  #isReleasedHere({ subject, listedMs }: ExchangeListingRow): boolean {
    const known = this.#conflicts.get(subject) ?? [];
    return known.some(({ resolution, resolvedMs }) => resolution === 'release' && resolvedMs! >= listedMs);
  }

  #listingsOf(subject: string): readonly ExchangeListingRow[] {
    return this.#listings.get(subject) ?? [];
  }

  #isOf(row: ExchangeListingRow, organisation: string): boolean {
    return row.register === this.#context.register.name && row.organisation === organisation;
  }

  #note(line: number, fault: LineFault): void {
    this.#faults.push({ fileId: this.#context.file.id, line, code: fault.code, field: fault.field ?? null });
    if (isRefusal(fault)) this.counts.refused++;
    else this.counts.skipped++;
  }
}
