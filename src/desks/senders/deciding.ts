import { SENDER_PRIORITIES, type SenderPriority } from '../../statements/sender-statement.ts';
import { CASES_PER_YEAR_MAX } from '../../store/case-number.ts';
import type { CertificateRow } from '../../store/senders/schema.ts';
import { readNote, readWord } from '../decisions/form-fields.ts';
import { type ApplicationAnswer, findApplication, type FoundApplication } from './applications.ts';
import { evidenceState } from './evidence.ts';
import { changeFacts } from './facts.ts';
import { unjudged } from './reviewing.ts';
import type { SenderDecision, StatedEntry } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import { DECISIONS, stateAfter } from './states.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Certificates of one year: their serial has six digits. */
export const CERTIFICATES_PER_YEAR_MAX = 999_999;
const SERIAL_DIGITS = 6;
const ORIGINATOR_DIGITS = 9;

export interface DecisionForm {
  readonly decision: string;
  /** `emergency` for disaster and rescue texts. Without it a first certificate is `normal`, and a changed one as before. */
  readonly priority?: string;
  readonly note?: string;
}

/** What came of an application. */
export interface DecidedAnswer<Entry = { readonly member: string; readonly index: number }> extends ApplicationAnswer {
  readonly certificate?: string;
  readonly originator?: string;
  readonly entries: readonly StatedEntry<Entry>[];
}

/** The committee's word. @throws SenderDeskError STEP_ILLEGAL, ITEMS_WITHOUT_FINDING, ITEMS_UNMET, EVIDENCE_EXPIRED */
export async function decideApplication(
  decision: SenderDecision,
  number: string,
  form: DecisionForm,
): Promise<DecidedAnswer<string>> {
  const found = await findApplication(decision, number);
  const { application } = found;
  const word = readWord(DECISIONS, form.decision, 'decision');
  const priority = form.priority === undefined ? undefined : readWord(SENDER_PRIORITIES, form.priority, 'priority');
  const note = readNote(form.note, 'note');
  const state = stateAfter(found.number, application.state, word);
  const certificate = word === 'certify' ? await certify(decision, found, priority) : undefined;
  await decision.tables.senders.applications.change(application.id, {
    state,
    changedMs: decision.nowMs,
    ...(certificate !== undefined && { certificate: certificate.row.code }),
    ...(note !== undefined && { note }),
  });
  const given = certificate && { certificate: certificate.row.code, originator: certificate.row.originator };
  decision.note('application.decided', null, {
    application: found.number,
    state,
    ...given,
    ...(certificate && { priority: certificate.row.priority }),
  });
  const entries = certificate === undefined ? [] : [{ kind: 'sender.certified', entry: certificate.statementId }];
  return { application: found.number, state, ...given, entries };
}

async function certify(
  decision: SenderDecision,
  found: FoundApplication,
  priority: SenderPriority | undefined,
): Promise<{ row: CertificateRow; statementId: string }> {
  await refuseUnmet(decision, found);
  const row = await keepCertificate(decision, found, priority);
  const firm = await decision.tables.senders.firms.find(row.firmId);
  const statementId = decision.state({
    kind: 'sender.certified',
    certificate: row.code,
    firm: firm!.name,
    originator: row.originator,
    priority: row.priority as SenderPriority,
    validUntilMs: row.validUntilMs,
    reference: found.number,
  });
  return { row, statementId };
}

async function refuseUnmet({ tables, nowMs }: SenderDecision, found: FoundApplication): Promise<void> {
  const { applications } = tables.senders;
  const findings = await applications.findings(found.application.id);
  const open = unjudged(found, findings);
  if (open.length > 0) throw new SenderDeskError({ code: 'ITEMS_WITHOUT_FINDING', items: open.join(' ') });
  const unmet = findings.filter(({ finding }) => finding !== 'met').map(({ item }) => item);
  if (unmet.length > 0) throw new SenderDeskError({ code: 'ITEMS_UNMET', items: unmet.join(' ') });
  // A committee may sit long after the review: what has run out meanwhile proves nothing.
  const files = await applications.evidence(found.application.id);
  for (const { item, evidence } of found.items) {
    if (evidence && evidenceState(files, item, nowMs) !== 'in force') {
      throw new SenderDeskError({ code: 'EVIDENCE_EXPIRED', item });
    }
  }
}

/** A changed or renewed certificate keeps its code, its originator code, and what was decided against the firm. */
async function keepCertificate(
  decision: SenderDecision,
  { application }: FoundApplication,
  priority: SenderPriority | undefined,
): Promise<CertificateRow> {
  const { tables, nowMs, rules } = decision;
  const { certificates } = tables.senders;
  const fullMs = nowMs + rules.periods(nowMs).validityDays * DAY_MS;
  const { certificate: code } = application;
  if (code === null) {
    const row = await newCertificate(decision, application.firmId, {
      priority: priority ?? 'normal',
      validUntilMs: fullMs,
    });
    await certificates.add(row);
    return row;
  }
  const before = (await certificates.find(code))!;
  if (before.state === 'cancelled') {
    throw new SenderDeskError({ code: 'CERTIFICATE_NOT_IN_FORCE', certificate: code, state: before.state });
  }
  // A change of fact is no renewal: it ends when it would have ended.
  const validUntilMs = application.kind === 'renewal' ? fullMs : before.validUntilMs;
  const terms = { priority: priority ?? before.priority, validUntilMs };
  await certificates.change(code, terms);
  await changeFacts(tables, application);
  return { ...before, ...terms };
}

async function newCertificate(
  { tables, nowMs, codes }: SenderDecision,
  firmId: number,
  terms: { priority: SenderPriority; validUntilMs: number },
): Promise<CertificateRow> {
  const { certificates } = tables.senders;
  const id = await certificates.nextId(nowMs);
  const year = Math.floor(id / CASES_PER_YEAR_MAX);
  const serial = id % CASES_PER_YEAR_MAX;
  if (serial > CERTIFICATES_PER_YEAR_MAX) throw new SenderDeskError({ code: 'CODES_EXHAUSTED', what: 'certificates' });
  const last = await certificates.lastOriginator();
  const next = Math.max(Number(codes.originatorFirst), Number(last ?? -1) + 1);
  if (next > Number(codes.originatorLast)) throw new SenderDeskError({ code: 'CODES_EXHAUSTED', what: 'originators' });
  return {
    id,
    code: `${codes.prefix}-${year}-${String(serial).padStart(SERIAL_DIGITS, '0')}`,
    firmId,
    originator: String(next).padStart(ORIGINATOR_DIGITS, '0'),
    ...terms,
    state: 'certified',
    permille: 1_000,
    reason: null,
    certifiedMs: nowMs,
    changedMs: nowMs,
  };
}
