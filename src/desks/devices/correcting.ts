import type { DeviceTarget } from '../../identifiers/device-target.ts';
import { DEVICE_REASONS, type DeviceReason } from '../../statements/statement.ts';
import type { CaseStatementRow } from '../../store/schema.ts';
import { type CaseStatus, nextStatus } from './case-states.ts';
import type { DeviceDecision } from './device-decision.ts';
import { DeskError } from './desk-fault.ts';
import { endPast, endStatement, findCase, type OpenedCase, requireKind } from './ending.ts';
import { type Acceptance, type ImeiField, readImei, readListedImei, readOccurred, readWord } from './fields.ts';
import {
  type AmendmentForm,
  fieldsGiven,
  type Listing,
  LISTINGS,
  readAmendments,
  refuseTwice,
  type Warning,
  warningsOf,
} from './forms.ts';
import { type CaseAnswer, listingRows, refuseStanding } from './opening.ts';
import { targetOf, targetSubject } from './subject.ts';
import { timeText } from './views.ts';

/** What is to be other than it is. What is left out stays. */
export interface CorrectionForm extends AmendmentForm, Acceptance {
  readonly reason?: string;
  readonly listing?: string;
  readonly occurredAt?: string;
  /** IMEIs that were typed wrongly, with the right ones. */
  readonly devices?: readonly { readonly wrong: string; readonly right: string }[];
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
  decision: DeviceDecision,
  number: string,
  form: CorrectionForm,
): Promise<CaseAnswer<string>> {
  const { tables, nowMs } = decision;
  const found = await findCase(tables, number);
  // What the logs have ended is not stated anew by the way: whoever means to, reports the device again.
  const opened = { ...found, standing: found.standing.filter((row) => !decision.isPast(row)) };
  requireKind(opened, ['device', 'listing']);
  const circumstances = readAmendments(form);
  const occurredMs = readOccurred(form.occurredAt, 'occurredAt', nowMs);
  const { replacements, warnings } = replacementsOf(opened, form, occurredMs);
  if (Object.keys(circumstances).length === 0 && replacements.length === 0) {
    throw new DeskError({ code: 'CORRECTION_EMPTY', case: opened.number });
  }
  const event = replacements.length > 0 ? 'corrected' : 'amended';
  const status = nextStatus(opened.number, opened.row.status as CaseStatus, event);
  const amended = { ...circumstances, ...(occurredMs !== undefined && { occurredMs }) };
  if (Object.keys(amended).length > 0) await tables.cases.amend(opened.row.id, amended);
  const entries = await restate(decision, opened, replacements, { form, occurredMs });
  // Ending what is past in this very case may have closed it meanwhile.
  await tables.cases.setStatus(opened.row.id, status);
  decision.note(
    'case.corrected',
    opened.row.id,
    journalDetail(form, { changed: fieldsGiven(circumstances), occurredMs, replacements }),
  );
  return { case: opened.number, status, warnings, entries };
}

function replacementsOf(
  opened: OpenedCase,
  form: CorrectionForm,
  occurredMs: number | undefined,
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
    const read = readListedImei(right, `${field}.right`, form);
    rights.push(read);
    renamed.set(old, { old, target: { kind: 'imei', imei: read.imei.key }, field: read.field });
  });
  refuseTwice(rights);
  const saysAllAnew = form.reason !== undefined || form.listing !== undefined || occurredMs !== undefined;
  const warnings = rights.flatMap(warningsOf);
  if (!saysAllAnew) return { replacements: [...renamed.values()], warnings };
  if (opened.standing.length === 0) throw closed(opened);
  const replacements = opened.standing.map((old) => renamed.get(old) ?? { old, target: targetOf(old)!, field: 'case' });
  return { replacements, warnings };
}

/** New statements first: a node that reads them one by one finds the device listed throughout. */
async function restate(
  decision: DeviceDecision,
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
  for (const { old } of replacements) ends.push(await endStatement(decision, old, 'corrected'));
  await refuseStanding(decision, {
    targets: replacements.map(({ target }) => target),
    fields: replacements.map(({ field }) => field),
  });
  await endPast(
    decision,
    restated.map(({ subject }) => subject),
  );
  await decision.tables.cases.addStatements(restated);
  return [...restated.map(({ kind, statementId }) => ({ kind, entry: statementId })), ...ends];
}

function listingOf({ kind }: CaseStatementRow): Listing {
  return kind === 'device.tracked' ? 'tracked' : 'blocked';
}

function closed({ number, row }: OpenedCase): DeskError {
  // An open case of which nothing stands is one whose statements the logs have ended.
  const caseStatus = row.status === 'open' ? 'overruled' : row.status;
  return new DeskError({ code: 'CASE_CLOSED', case: number, caseStatus });
}

function journalDetail(
  { reason, listing }: CorrectionForm,
  corrected: { changed: readonly string[]; occurredMs: number | undefined; replacements: readonly Replacement[] },
): object {
  const { changed, occurredMs, replacements } = corrected;
  return {
    changed,
    ...(reason !== undefined && { reason }),
    ...(listing !== undefined && { listing }),
    ...(occurredMs !== undefined && { occurredAt: timeText(occurredMs) }),
    replaced: replacements.map(({ old, target }) => [old.subject, targetSubject(target).subject]),
  };
}
