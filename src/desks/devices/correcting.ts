import type { DeviceTarget } from '../../identifiers/device-target.ts';
import { DEVICE_REASONS, type DeviceReason } from '../../statements/statement.ts';
import type { CaseStatementRow } from '../../store/schema.ts';
import { type CaseStatus, nextStatus } from './case-states.ts';
import type { Decision } from './decision.ts';
import { DeskError } from './desk-fault.ts';
import { endStatement, findCase, type OpenedCase, requireKind } from './ending.ts';
import { type ImeiField, readImei, readOccurred, readWord } from './fields.ts';
import {
  type CircumstancesForm,
  fieldsGiven,
  type Listing,
  LISTINGS,
  readCircumstances,
  refuseTwice,
  type Warning,
  warningsOf,
} from './forms.ts';
import { type CaseAnswer, listingRows, refuseStanding } from './opening.ts';
import { targetOf, targetSubject } from './subject.ts';

/** What is to be other than it is. What is left out stays. */
export interface CorrectionForm extends CircumstancesForm {
  readonly reason?: string;
  readonly listing?: string;
  readonly occurredAt?: string;
  /** IMEIs that were typed wrongly, with the right ones. */
  readonly devices?: readonly { readonly wrong: string; readonly right: string }[];
  readonly acceptCheckDigit?: boolean;
}

/** A standing statement, and what shall stand in its place. */
interface Replacement {
  readonly old: CaseStatementRow;
  readonly target: DeviceTarget;
  readonly field: string;
}

/**
 * Corrects a case. Private fields change in the store alone. What the log says is never changed: it is stated anew, and
 * the old statement ended, in one append, so that no gate ever sees neither.
 */
export async function correctCase(
  decision: Decision,
  member: string,
  number: string,
  form: CorrectionForm,
): Promise<CaseAnswer<string>> {
  const { tables, nowMs } = decision;
  const opened = await findCase(tables, number);
  requireKind(opened, ['device', 'listing']);
  const circumstances = readCircumstances(form);
  const occurredMs = readOccurred(form.occurredAt, 'occurredAt', nowMs);
  const { replacements, warnings } = replacementsOf(opened, form);
  if (Object.keys(circumstances).length === 0 && replacements.length === 0) {
    throw new DeskError({ code: 'CORRECTION_EMPTY', case: opened.number });
  }
  const event = replacements.length > 0 ? 'corrected' : 'amended';
  const status = nextStatus(opened.number, opened.row.status as CaseStatus, event);
  const amended = { ...circumstances, ...(occurredMs !== undefined && { occurredMs }) };
  if (Object.keys(amended).length > 0) await tables.cases.amend(opened.row.id, amended);
  const entries = await restate(decision, member, opened, replacements, { form, occurredMs });
  decision.note('case.corrected', opened.row.id, journalDetail(form, fieldsGiven(circumstances), replacements));
  return { case: opened.number, status, warnings, entries };
}

function replacementsOf(
  opened: OpenedCase,
  form: CorrectionForm,
): { replacements: readonly Replacement[]; warnings: readonly Warning[] } {
  const renamed = new Map<CaseStatementRow, Replacement>();
  const rights: ImeiField[] = [];
  form.devices?.forEach(({ wrong, right }, place) => {
    const field = `devices[${place}]`;
    const { subject } = targetSubject({ kind: 'imei', imei: readImei(wrong, `${field}.wrong`, true).imei.key });
    const old = opened.standing.find((statement) => statement.subject === subject);
    if (old === undefined || renamed.has(old)) {
      throw new DeskError({ code: 'DEVICE_NOT_IN_CASE', field: `${field}.wrong`, case: opened.number });
    }
    const read = readImei(right, `${field}.right`, form.acceptCheckDigit ?? false);
    rights.push(read);
    renamed.set(old, { old, target: { kind: 'imei', imei: read.imei.key }, field: read.field });
  });
  refuseTwice(rights);
  const saysAllAnew = form.reason !== undefined || form.listing !== undefined || form.occurredAt !== undefined;
  const warnings = rights.flatMap(warningsOf);
  if (!saysAllAnew) return { replacements: [...renamed.values()], warnings };
  if (opened.standing.length === 0) throw closed(opened);
  const replacements = opened.standing.map((old) => renamed.get(old) ?? { old, target: targetOf(old)!, field: 'case' });
  return { replacements, warnings };
}

/** New statements first: a node that reads them one by one finds the device listed throughout. */
async function restate(
  decision: Decision,
  member: string,
  { row, statements }: OpenedCase,
  replacements: readonly Replacement[],
  { form, occurredMs }: { form: CorrectionForm; occurredMs: number | undefined },
): Promise<{ kind: string; entry: string }[]> {
  const restated: CaseStatementRow[] = [];
  for (const { old, target } of replacements) {
    const reason = form.reason === undefined ? old.reason : readWord(DEVICE_REASONS, form.reason, 'reason');
    const listing = form.listing === undefined ? listingOf(old) : readWord(LISTINGS, form.listing, 'listing');
    const occurred = occurredMs ?? row.occurredMs;
    const report = {
      targets: [target],
      reason: reason as DeviceReason,
      listing,
      ...(occurred !== null && { occurredMs: occurred }),
    };
    restated.push(...listingRows(decision, row.id, report, statements.length + restated.length));
  }
  const ends = [];
  for (const { old } of replacements) ends.push(await endStatement(decision, member, old, 'corrected'));
  await refuseStanding(decision.tables, {
    targets: replacements.map(({ target }) => target),
    fields: replacements.map(({ field }) => field),
  });
  await decision.tables.cases.addStatements(restated);
  return [...restated.map(({ kind, statementId }) => ({ kind, entry: statementId })), ...ends];
}

function listingOf({ kind }: CaseStatementRow): Listing {
  return kind === 'device.tracked' ? 'tracked' : 'blocked';
}

function closed({ number, row }: OpenedCase): DeskError {
  return new DeskError({ code: 'CASE_CLOSED', case: number, caseStatus: row.status });
}

function journalDetail(form: CorrectionForm, changed: readonly string[], replacements: readonly Replacement[]): object {
  const { reason, listing, occurredAt } = form;
  return {
    changed,
    ...(reason !== undefined && { reason }),
    ...(listing !== undefined && { listing }),
    ...(occurredAt !== undefined && { occurredAt }),
    replaced: replacements.map(({ old, target }) => [old.subject, targetSubject(target).subject]),
  };
}
