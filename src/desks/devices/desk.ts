import type { Clock } from '../../base/clock.ts';
import type { Role } from '../../governance/consortium.ts';
import type { EntryName } from '../../statements/statement.ts';
import { correctCase, type CorrectionForm } from './correcting.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import type { DeviceDecision } from './device-decision.ts';
import { endOverride, endPairing, openOverride, openPairing, overrule, type OverruleForm } from './exceptions.ts';
import { DeskError } from './desk-fault.ts';
import { findCase, releaseCase, type ReleaseForm } from './ending.ts';
import type { Acceptance } from './fields.ts';
import { type ListingForm, type PairingForm, readListing, readReport, type ReportForm } from './forms.ts';
import { readImportFile } from './import-file.ts';
import { type ImportAnswer, importRows } from './importing.ts';
import { type CaseAnswer, openListings, refuseStanding, type StatedEntry } from './opening.ts';
import { type OwnEntries, pastOfRow } from './past.ts';
import {
  caseHistory,
  type CasePageView,
  type JournalForm,
  type JournalPageView,
  listCases,
  type ListForm,
  listJournal,
  readSearch,
  searchCases,
  searchDetail,
  type SearchForm,
} from './reading.ts';
import { type CaseView, caseView } from './views.ts';

export interface DeviceDeskOptions {
  /** The member whose desk this is, and whose log it writes. */
  readonly member: string;
  /** As they are when they are asked for. */
  readonly roles: () => readonly Role[];
  /** The consortium's key for pairing tags. */
  readonly pairingKey: Uint8Array;
}

export interface DeviceDeskDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  /** An entry of any member's log as this node has verified it; undefined where it has none at that place. */
  readonly readEntry: (member: string, index: number) => Promise<Uint8Array | undefined>;
  /** Of the member's own entries, as far as this node has read the logs. */
  readonly pastOf: OwnEntries['pastOf'];
  readonly standingOf: OwnEntries['standingOf'];
  /** Brings standing level with what the member's log holds. */
  readonly level: () => Promise<void>;
}

/**
 * Where a member's people state what they know of devices. Every decision is a case, its statements, and a row of the
 * journal, in one transaction; it is answered once the statements stand in the log.
 * Who may ask what is the portal's to decide (`portals/permissions.ts`), save for what depends on the case.
 */
export class DeviceDesk {
  readonly #options: DeviceDeskOptions;
  readonly #dependencies: DeviceDeskDependencies;
  readonly #own: OwnEntries;

  constructor(options: DeviceDeskOptions, dependencies: DeviceDeskDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    const { pastOf, standingOf } = dependencies;
    this.#own = { member: options.member, pastOf, standingOf };
  }

  /** Lists one device or several in one case. @throws DeskError, StoreError */
  async report(form: ReportForm, request: DeskRequest): Promise<CaseAnswer> {
    refuseAcceptance(form, request);
    const report = readReport(form, this.#nowMs);
    return this.#list(request, async (decision) => {
      await refuseStanding(decision, report);
      const [answer] = await openListings(decision, 'device', [report]);
      return answer!;
    });
  }

  /** Lists a whole TAC, or a range inside one. @throws DeskError, StoreError */
  async list(form: ListingForm, request: DeskRequest): Promise<CaseAnswer> {
    const report = readListing(form, this.#nowMs);
    return this.#list(request, async (decision) => {
      await refuseStanding(decision, report);
      const [answer] = await openListings(decision, 'listing', [report]);
      return answer!;
    });
  }

  /**
   * Reports the rows of a CSV file, a case each.
   * @throws ImportRefused unless all rows are right or `partial` is chosen; DeskError, StoreError
   */
  async import(
    file: Uint8Array,
    { partial, ...accepted }: { partial: boolean } & Acceptance,
    request: DeskRequest,
  ): Promise<ImportAnswer> {
    refuseAcceptance(accepted, request);
    const rows = readImportFile(file, accepted);
    const answer = await this.#decide<ImportAnswer>(request, (decision) => importRows(decision, rows, { partial }));
    await this.#dependencies.level();
    return { ...answer, rows: answer.rows.map((row) => this.#withQuarantined(row)) };
  }

  /** Ends a case's statements, all or those of some devices. @throws DeskError, StoreError */
  release(number: string, form: ReleaseForm, request: DeskRequest): Promise<CaseAnswer> {
    return this.#decide(request, (decision) => releaseCase(decision, number, form));
  }

  /** Changes what was written down wrongly. @throws DeskError, StoreError */
  async correct(number: string, form: CorrectionForm, request: DeskRequest): Promise<CaseAnswer> {
    refuseAcceptance(form, request);
    return this.#list(request, (decision) => correctCase(decision, number, form));
  }

  /** Exempts one device with one subscriber. @throws DeskError, StoreError */
  pair(form: PairingForm, request: DeskRequest): Promise<CaseAnswer> {
    return this.#decide(request, (decision) => openPairing(decision, this.#options.pairingKey, form));
  }

  /** @throws DeskError, StoreError */
  endPairing(number: string, request: DeskRequest): Promise<CaseAnswer> {
    return this.#decide(request, (decision) => endPairing(decision, number));
  }

  /** Opens the emergency override of the member's own gates, or restores the check. @throws DeskError, StoreError */
  override(form: { open: boolean; note?: string }, request: DeskRequest): Promise<CaseAnswer> {
    return this.#decide(request, (decision) => (form.open ? openOverride(decision, form) : endOverride(decision)));
  }

  /** Ends another member's listing, where this member is a regulator. @throws DeskError, StoreError */
  async overrule(form: OverruleForm, request: DeskRequest): Promise<CaseAnswer> {
    const entry = await this.#dependencies.readEntry(form.member, form.index);
    const roles = this.#options.roles();
    return this.#decide(request, (decision) => overrule(decision, form, { roles, entry }));
  }

  /** A case with all that is private; the journal notes who looked. @throws DeskError CASE_UNKNOWN, StoreError */
  async show(number: string, request: DeskRequest): Promise<CaseView> {
    const { row } = await this.#dependencies.decisions.store.read((tables) => findCase(tables, number));
    const seen = { action: 'case.shown', caseId: row.id, ground: { on: 'file', file: number } } as const;
    return this.#dependencies.decisions.lookUp(request, seen, async (tables) => {
      const { row, statements } = await findCase(tables, number);
      return caseView(this.#own, row, statements);
    });
  }

  /** Cases by status and age, without anything private. @throws DeskError FIELD_MALFORMED, StoreError */
  cases(form: ListForm): Promise<CasePageView> {
    return this.#dependencies.decisions.store.read((tables) => listCases(tables, this.#own, form));
  }

  /** Cases by what identifies them; the journal notes by which field, and which it found. @throws DeskError, StoreError */
  async search(form: SearchForm, request: DeskRequest): Promise<CasePageView> {
    const { by, search } = readSearch(form);
    const found = (page: CasePageView): object => searchDetail(page);
    const ground =
      form.case === undefined
        ? ({ on: 'search', case: form.forCase } as const)
        : ({ on: 'file', file: form.case } as const);
    const seen = { action: 'cases.searched', ground, about: { by }, found };
    return this.#dependencies.decisions.lookUp(request, seen, (tables) => searchCases(tables, this.#own, search, form));
  }

  /** Who decided what about a case, oldest first. @throws DeskError CASE_UNKNOWN, StoreError */
  history(number: string, form: JournalForm): Promise<JournalPageView> {
    return this.#dependencies.decisions.store.read((tables) => caseHistory(tables, number, form));
  }

  /** All that was done at this member's desks, oldest first. @throws DeskError FIELD_MALFORMED, StoreError */
  journal(form: JournalForm): Promise<JournalPageView> {
    return this.#dependencies.decisions.store.read((tables) => listJournal(tables, form));
  }

  get #nowMs(): number {
    return this.#dependencies.clock.nowMs();
  }

  /** The same, once it is known what of it is in force. */
  async #list(request: DeskRequest, work: (decision: DeviceDecision) => Promise<object>): Promise<CaseAnswer> {
    const answer = await this.#decide<CaseAnswer>(request, work);
    await this.#dependencies.level();
    return this.#withQuarantined(answer);
  }

  #withQuarantined<T extends { readonly entries?: readonly StatedEntry<EntryName>[] }>(answer: T): T {
    if (answer.entries === undefined) return answer;
    const entries = answer.entries.map((stated) => ({
      ...stated,
      ...(this.#own.standingOf(stated.entry.index).isQuarantined && { quarantined: true }),
    }));
    return { ...answer, entries };
  }

  #decide<T>(request: DeskRequest, work: (decision: DeviceDecision) => Promise<object>): Promise<T> {
    const isPast: DeviceDecision['isPast'] = (row) => pastOfRow(row, this.#own) !== undefined;
    return this.#dependencies.decisions.decide(request, (decision) => work({ ...decision, isPast }));
  }
}

/** What many phones share reaches further than one phone. @throws DeskError ROLE_INSUFFICIENT */
function refuseAcceptance({ acceptShared = false }: Acceptance, { role }: DeskRequest): void {
  if (acceptShared && role === 'agent') throw new DeskError({ code: 'ROLE_INSUFFICIENT', role });
}
