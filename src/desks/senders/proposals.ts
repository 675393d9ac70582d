import { createHash } from 'node:crypto';
import { SENDER_REASONS } from '../../statements/sender-statement.ts';
import { CASE_LETTERS, caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import type { SenderProposalRow } from '../../store/senders/schema.ts';
import type { Tables } from '../../store/store.ts';
import { malformed, readNote, readText, readWord } from '../decisions/form-fields.ts';
import { type CertificateAnswer, findCertificate, sanction, type SanctionForm } from './sanctions.ts';
import type { SenderDecision } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import { type Sanction, stateAfter } from './states.ts';
import { PROPOSED_ACTIONS, type ProposedAction } from './words.ts';

/** Octets of a proposal's evidence as JSON: what is larger is kept where it was found, and named. */
export const PROPOSAL_EVIDENCE_SIZE_MAX = 32 * 1024;

/** A sanction that somebody holds to be due. */
export interface ProposalForm {
  readonly certificate: string;
  readonly action: string;
  /** Of `rate-limit` alone, as in a sanction. */
  readonly permille?: number;
  readonly reason: string;
  /** What speaks for it: counts, fingerprints, references. No text of a message and no person's number. */
  readonly evidence: object;
  /** Who found it: `spam-watcher`. */
  readonly source: string;
}

export interface ProposalAnswer {
  readonly proposal: string;
  /** False where the same sanction was proposed already, and waits: it has the newer evidence now. */
  readonly isNew: boolean;
}

/** Keeps a proposal for a supervisor to decide. @throws SenderDeskError CERTIFICATE_UNKNOWN, STEP_ILLEGAL */
export async function propose(decision: SenderDecision, form: ProposalForm): Promise<ProposalAnswer> {
  const { tables, nowMs } = decision;
  const { proposals } = tables.senders;
  const certificate = await findCertificate(tables, form.certificate);
  const action = readWord(PROPOSED_ACTIONS, form.action, 'action');
  const reason = readWord(SENDER_REASONS, form.reason, 'reason');
  const source = readText(form.source, 'source');
  if (source === undefined) throw malformed('source', 'a text');
  const evidence = evidenceText(form.evidence);
  stateAfter(certificate.code, certificate.state, action);
  const said = { permille: action === 'rate-limit' ? (form.permille ?? null) : null, reason, evidence };
  const open = await proposals.open(certificate.code, action);
  if (open?.evidence === evidence) return { proposal: proposalNumber(open.id), isNew: false };
  const id = open?.id ?? (await proposals.nextId(nowMs));
  if (open === undefined) {
    const times = { createdMs: nowMs, changedMs: nowMs };
    await proposals.add({
      id,
      certificate: certificate.code,
      action,
      ...said,
      source,
      state: 'open',
      note: null,
      ...times,
      decidedBy: null,
    });
  } else {
    await proposals.change(id, { ...said, changedMs: nowMs });
  }
  const proposal = proposalNumber(id);
  const sha256 = createHash('sha256').update(evidence).digest();
  decision.seal({ kind: 'digest.sealed', subject: `proposal:${proposal}`, sha256, size: Buffer.byteLength(evidence) });
  decision.note('proposal.made', null, { proposal, certificate: certificate.code, action, reason, source });
  return { proposal, isNew: open === undefined };
}

/** A sanction that a supervisor decides unasked: it is a case of its own, decided as it is opened. */
export async function sanctionByHand(
  decision: SenderDecision,
  code: string,
  kind: Sanction,
  form: SanctionForm,
): Promise<CertificateAnswer<string>> {
  const { tables, nowMs, request } = decision;
  const id = await tables.senders.proposals.nextId(nowMs);
  const answer = await sanction(decision, code, kind, { ...form, reference: proposalNumber(id) });
  await tables.senders.proposals.add({
    id,
    certificate: answer.certificate,
    action: kind,
    permille: form.permille ?? null,
    reason: form.reason,
    source: request.actor,
    evidence: '{}',
    state: 'approved',
    note: readNote(form.note, 'note') ?? null,
    createdMs: nowMs,
    changedMs: nowMs,
    decidedBy: request.actor,
  });
  return answer;
}

/** States what was proposed: one approval is enough. @throws SenderDeskError PROPOSAL_DECIDED, STEP_ILLEGAL */
export async function approveProposal(
  decision: SenderDecision,
  number: string,
): Promise<CertificateAnswer<string> & { proposal: string }> {
  const row = await findOpen(decision.tables, number);
  const proposal = proposalNumber(row.id);
  const answer = await sanction(decision, row.certificate, row.action as ProposedAction, {
    reason: row.reason,
    ...(row.permille !== null && { permille: row.permille }),
    reference: proposal,
  });
  await decide(decision, row, 'approved');
  return { proposal, ...answer };
}

/** @throws SenderDeskError PROPOSAL_UNKNOWN, PROPOSAL_DECIDED */
export async function dismissProposal(
  decision: SenderDecision,
  number: string,
  { note }: { note: string },
): Promise<{ proposal: string; state: string }> {
  const row = await findOpen(decision.tables, number);
  const why = readNote(note, 'note');
  if (why === undefined) throw malformed('note', 'why it is dismissed');
  await decide(decision, row, 'dismissed', why);
  return { proposal: proposalNumber(row.id), state: 'dismissed' };
}

export function proposalNumber(id: number): string {
  return caseNumber(id, CASE_LETTERS.proposal);
}

async function findOpen({ senders }: Tables, number: string): Promise<SenderProposalRow> {
  const id = parseCaseNumber(number, CASE_LETTERS.proposal);
  const row = id === undefined ? undefined : await senders.proposals.find(id);
  if (row === undefined) throw new SenderDeskError({ code: 'PROPOSAL_UNKNOWN' });
  const { state } = row;
  if (state !== 'open')
    throw new SenderDeskError({ code: 'PROPOSAL_DECIDED', proposal: proposalNumber(row.id), state });
  return row;
}

async function decide(
  decision: SenderDecision,
  { id, certificate }: SenderProposalRow,
  state: 'approved' | 'dismissed',
  note: string | null = null,
): Promise<void> {
  const { tables, nowMs, request } = decision;
  await tables.senders.proposals.change(id, { state, note, changedMs: nowMs, decidedBy: request.actor });
  decision.note(`proposal.${state}`, null, { proposal: proposalNumber(id), certificate });
}

function evidenceText(evidence: object): string {
  const text = JSON.stringify(evidence);
  const size = Buffer.byteLength(text);
  if (size > PROPOSAL_EVIDENCE_SIZE_MAX) {
    throw new SenderDeskError({ code: 'PROPOSAL_TOO_LARGE', size, sizeMax: PROPOSAL_EVIDENCE_SIZE_MAX });
  }
  return text;
}
