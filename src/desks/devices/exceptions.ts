import { EntryError } from '../../ledger/entry.ts';
import type { Role } from '../../governance/consortium.ts';
import { decodeStatement } from '../../statements/codec.ts';
import { StatementError } from '../../statements/statement-fault.ts';
import { pairingTag } from '../../statements/pairing-tag.ts';
import type { DeviceListed, EntryName } from '../../statements/statement.ts';
import { caseNumber } from '../../store/case-number.ts';
import { targetSubject } from './subject.ts';
import type { DeviceDecision } from './device-decision.ts';
import { DeskError } from './desk-fault.ts';
import { endPast, endStatements, findCase, requireKind } from './ending.ts';
import { readNote } from './fields.ts';
import { type PairingForm, readPairing } from './forms.ts';
import { type CaseAnswer, newCaseRow, newStatementRow, openedAnswer, standingCases } from './opening.ts';
import { entrySubject, OVERRIDE_SUBJECT, pairingSubject, type SubjectColumns } from './subject.ts';

/** Exempts one device with one subscriber. The IMSI stays in the store; the log has the pairing's tag. */
export async function openPairing(
  decision: DeviceDecision,
  pairingKey: Uint8Array,
  form: PairingForm,
): Promise<CaseAnswer<string>> {
  const { imei, imsi, circumstances, warnings } = readPairing(form);
  const tag = pairingTag(pairingKey, imei, imsi);
  const subject = pairingSubject(imei, tag);
  await refuseStandingSubject(decision, subject, 'imsi');
  const id = await decision.tables.cases.nextId(decision.nowMs);
  const statementId = decision.state({ kind: 'device.paired', imei, tag, reference: caseNumber(id) });
  const identity = { statementId, caseId: id, position: 0, kind: 'device.paired' } as const;
  const row = newStatementRow(identity, subject, { imsi: imsi.digits });
  await endPast(decision, [subject.subject]);
  await decision.tables.cases.add([newCaseRow(decision, id, { kind: 'pairing', circumstances })], [row]);
  decision.note('pairing.stated', id, { target: targetSubject({ kind: 'imei', imei }).subject });
  return openedAnswer(id, [row], warnings);
}

export async function endPairing(decision: DeviceDecision, number: string): Promise<CaseAnswer<string>> {
  const opened = await findCase(decision.tables, number);
  requireKind(opened, ['pairing']);
  return endStatements(decision, opened, { ended: opened.standing, reason: 'withdrawn' });
}

/** Lets every device through the member's own gates, until it is restored. */
export async function openOverride(decision: DeviceDecision, form: { note?: string }): Promise<CaseAnswer<string>> {
  await refuseStandingSubject(decision, OVERRIDE_SUBJECT, 'open');
  const note = readNote(form.note, 'note');
  const id = await decision.tables.cases.nextId(decision.nowMs);
  const statementId = decision.state({ kind: 'gate.opened', reference: caseNumber(id) });
  const row = newStatementRow({ statementId, caseId: id, position: 0, kind: 'gate.opened' }, OVERRIDE_SUBJECT);
  await endPast(decision, [OVERRIDE_SUBJECT.subject]);
  const circumstances = { ...(note !== undefined && { note }) };
  await decision.tables.cases.add([newCaseRow(decision, id, { kind: 'override', circumstances })], [row]);
  decision.note('gate.opened', id, {});
  return openedAnswer(id, [row]);
}

/** @throws DeskError OVERRIDE_NOT_OPEN */
export async function endOverride(decision: DeviceDecision): Promise<CaseAnswer<string>> {
  const [standing] = await decision.tables.cases.standing([OVERRIDE_SUBJECT.subject]);
  if (standing === undefined) throw new DeskError({ code: 'OVERRIDE_NOT_OPEN' });
  const opened = await findCase(decision.tables, caseNumber(standing.caseId));
  return endStatements(decision, opened, { ended: opened.standing, reason: 'withdrawn' });
}

export interface OverruleForm {
  readonly member: string;
  readonly index: number;
  readonly note?: string;
}

/** A regulator ends another member's listing. It is final: the member may list the device again. */
export async function overrule(
  decision: DeviceDecision,
  form: OverruleForm,
  { roles, entry }: { roles: readonly Role[]; entry: Uint8Array | undefined },
): Promise<CaseAnswer<string>> {
  if (!roles.includes('regulator')) throw new DeskError({ code: 'NOT_A_REGULATOR', member: decision.member });
  const ends: EntryName = { member: form.member, index: form.index };
  const { target } = readListedEntry(ends, entry);
  const subject = entrySubject(ends, target);
  await refuseStandingSubject(decision, subject, 'index');
  const note = readNote(form.note, 'note');
  const id = await decision.tables.cases.nextId(decision.nowMs);
  const reference = caseNumber(id);
  const statementId = decision.state({ kind: 'device.released', target, ends, reason: 'overruled', reference });
  const identity = { statementId, caseId: id, position: 0, kind: 'device.released' } as const;
  const row = newStatementRow(identity, subject, { reason: 'overruled' });
  const status = 'released';
  const circumstances = { ...(note !== undefined && { note }) };
  await decision.tables.cases.add([newCaseRow(decision, id, { kind: 'overrule', status, circumstances })], [row]);
  decision.note('entry.overruled', id, { ...ends, target: targetSubject(target).subject });
  return openedAnswer(id, [row], [], status);
}

/** @throws DeskError STATEMENT_UNKNOWN, STATEMENT_NOT_A_LISTING */
function readListedEntry(name: EntryName, bytes: Uint8Array | undefined): DeviceListed {
  if (bytes === undefined) throw new DeskError({ code: 'STATEMENT_UNKNOWN', ...name });
  const statement = readStatement(name, bytes);
  if (statement?.kind === 'device.blocked' || statement?.kind === 'device.tracked') return statement;
  throw new DeskError({ code: 'STATEMENT_NOT_A_LISTING', ...name });
}

function readStatement(name: EntryName, bytes: Uint8Array): ReturnType<typeof decodeStatement>['statement'] {
  try {
    return decodeStatement(bytes).statement;
  } catch (cause) {
    if (!(cause instanceof EntryError) && !(cause instanceof StatementError)) throw cause;
    throw new DeskError({ code: 'STATEMENT_NOT_A_LISTING', ...name }, { cause });
  }
}

async function refuseStandingSubject(
  decision: DeviceDecision,
  { subject }: SubjectColumns,
  field: string,
): Promise<void> {
  const earlier = (await standingCases(decision, [subject])).get(subject);
  if (earlier !== undefined) throw new DeskError({ code: 'ALREADY_STATED', field, case: earlier });
}
