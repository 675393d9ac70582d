import { SENDER_REASONS, type SenderReason, type SenderStatement } from '../../statements/sender-statement.ts';
import type { CertificateRow } from '../../store/senders/schema.ts';
import type { Tables } from '../../store/store.ts';
import { malformed, readWord } from '../decisions/form-fields.ts';
import type { SenderDecision, StatedEntry } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import { type CertificateState, type Sanction, stateAfter } from './states.ts';

const WHOLE_PERMILLE = 1_000;
const PERMILLE_MAX = 999;
/** For these a certificate ends at once; for any other only after a suspension, as the sanctions are graded. */
const REASONS_TO_CANCEL_AT_ONCE: readonly SenderReason[] = ['order', 'request'];

export interface SanctionForm {
  readonly reason: string;
  /** The share of its rate that is left, in thousandths; by the rules in force without it. Of `rate-limit` alone. */
  readonly permille?: number;
  /** Why, in other words. Private. */
  readonly note?: string;
}

/** The answer of a decision about a certificate. */
export interface CertificateAnswer<Entry = { readonly member: string; readonly index: number }> {
  /** The number that a refused text of the firm leads to. */
  readonly case: string;
  readonly certificate: string;
  readonly state: string;
  readonly permille: number;
  readonly entries: readonly StatedEntry<Entry>[];
}

/** Slows, suspends, reinstates or ends a certificate, and states it. @throws SenderDeskError */
export async function sanction(
  decision: SenderDecision,
  code: string,
  kind: Sanction,
  form: SanctionForm & { readonly reference: string },
): Promise<CertificateAnswer<string>> {
  const row = await findCertificate(decision.tables, code);
  const reason = readWord(SENDER_REASONS, form.reason, 'reason');
  const state = stateAfter(row.code, row.state, kind) as CertificateState;
  refuseTooHard(row, kind, reason);
  const permille = permilleOf(decision, kind, form.permille);
  const { reference } = form;
  const statement = statementOf(kind, { certificate: row.code, reason, permille, reference });
  const entry = decision.state(statement);
  await decision.tables.senders.certificates.change(row.code, { state, permille, reason, changedMs: decision.nowMs });
  decision.note(`certificate.${kind}`, null, { certificate: row.code, state, permille, reason, reference });
  return { case: reference, certificate: row.code, state, permille, entries: [{ kind: statement.kind, entry }] };
}

/** @throws SenderDeskError CERTIFICATE_UNKNOWN */
export async function findCertificate(tables: Tables, code: string): Promise<CertificateRow> {
  const row = await tables.senders.certificates.find(code);
  if (row === undefined) throw new SenderDeskError({ code: 'CERTIFICATE_UNKNOWN' });
  return row;
}

function refuseTooHard({ state }: CertificateRow, kind: Sanction, reason: SenderReason): void {
  if (kind !== 'cancel' || state === 'suspended' || REASONS_TO_CANCEL_AT_ONCE.includes(reason)) return;
  throw new SenderDeskError({ code: 'SANCTION_TOO_HARD', state, reason });
}

function permilleOf({ rules, nowMs }: SenderDecision, kind: Sanction, given: number | undefined): number {
  if (kind === 'reinstate') return WHOLE_PERMILLE;
  if (kind !== 'rate-limit') return 0;
  const permille = given ?? rules.sanctions(nowMs).permille;
  if (!Number.isInteger(permille) || permille < 1 || permille > PERMILLE_MAX) {
    throw malformed('permille', `a whole number from 1 to ${PERMILLE_MAX}`);
  }
  return permille;
}

function statementOf(
  kind: Sanction,
  { permille, ...said }: { certificate: string; reason: SenderReason; permille: number; reference: string },
): SenderStatement {
  switch (kind) {
    case 'rate-limit':
      return { kind: 'sender.rate-limited', permille, ...said };
    case 'suspend':
      return { kind: 'sender.suspended', ...said };
    case 'reinstate':
      return { kind: 'sender.reinstated', ...said };
    case 'cancel':
      return { kind: 'sender.cancelled', ...said };
  }
}
