import { CASE_LETTERS, caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import type { ApplicationRow, CertificateRow, FirmRow } from '../../store/senders/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { DeskRequest } from '../decisions/decision.ts';
import { malformed, readNote, readWord } from '../decisions/form-fields.ts';
import { type FactsForm, readChangedFacts } from './facts.ts';
import { FIRM_ROLE, firmCode, ownFirm } from './firms.ts';
import type { ChecklistItem, SenderRules } from './rules.ts';
import type { SenderDecision } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import { type FirmStep, stateAfter, STATES_UNDECIDED } from './states.ts';
import { APPLICATION_KINDS, type ApplicationKind, SERVICES, type Service } from './words.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface ApplicationForm {
  /** `new` without it. */
  readonly kind?: string;
  readonly service: string;
  readonly note?: string;
  /** Of a change alone: what is other than the firm said before. It holds once the change is certified. */
  readonly facts?: FactsForm;
}

/** The answer of a step with an application. */
export interface ApplicationAnswer {
  readonly application: string;
  readonly state: string;
}

/** An application, read inside a transaction, with what is demanded of it. */
export interface FoundApplication {
  readonly application: ApplicationRow;
  readonly number: string;
  readonly items: readonly ChecklistItem[];
}

/** Begins an application of the firm that asks. */
export async function openApplication(decision: SenderDecision, form: ApplicationForm): Promise<ApplicationAnswer> {
  const { tables, nowMs, rules } = decision;
  const firm = await ownFirm(tables, decision.request);
  const kind = readWord(APPLICATION_KINDS, form.kind ?? 'new', 'kind');
  const service = readWord(SERVICES, form.service, 'service');
  const note = readNote(form.note, 'note') ?? null;
  const facts = readFacts(decision, kind, form.facts);
  rules.items(service, nowMs);
  await refuseSecond(tables, firm);
  const certificate = await certificateFor(decision, firm, kind);
  const state = certificate === undefined ? 'applied' : stateAfter(certificate.code, certificate.state, eventOf(kind));
  const { applications } = tables.senders;
  const id = await applications.nextId(nowMs);
  const code = certificate?.code ?? null;
  const times = { createdMs: nowMs, changedMs: nowMs };
  await applications.add({ id, firmId: firm.id, kind, service, state, note, facts, ...times, certificate: code });
  const number = applicationNumber(id);
  decision.note('application.made', null, { application: number, firm: firmCode(firm.id), kind, service });
  return { application: number, state };
}

/** Hands a returned application in again, or takes an undecided one back. */
export async function stepAsFirm(decision: SenderDecision, number: string, step: FirmStep): Promise<ApplicationAnswer> {
  const { tables, nowMs } = decision;
  const { application } = await findApplication(decision, number);
  const state = stateAfter(number, application.state, step);
  // What was met stays met; what was not is looked at anew.
  if (step === 'resubmit') await tables.senders.applications.dropFindings(application.id, 'unmet');
  await tables.senders.applications.change(application.id, { state, changedMs: nowMs });
  decision.note(`application.${step}`, null, { application: number, state });
  return { application: number, state };
}

/**
 * An application that who asks may see: a firm, its own. Another's is to it like one that is not there.
 * @throws SenderDeskError APPLICATION_UNKNOWN
 */
export async function findApplication(
  { tables, request, rules }: { tables: Tables; request: DeskRequest; rules: SenderRules },
  number: string,
): Promise<FoundApplication> {
  const id = parseCaseNumber(number, CASE_LETTERS.application);
  const application = id === undefined ? undefined : await tables.senders.applications.find(id);
  if (application === undefined) throw new SenderDeskError({ code: 'APPLICATION_UNKNOWN' });
  if (request.role === FIRM_ROLE && (await ownFirm(tables, request)).id !== application.firmId) {
    throw new SenderDeskError({ code: 'APPLICATION_UNKNOWN' });
  }
  // What is demanded is what was demanded when it was made: rules that change meanwhile are for the next one.
  const items = rules.items(application.service as Service, application.createdMs);
  return { application, number: applicationNumber(application.id), items };
}

export function applicationNumber(id: number): string {
  return caseNumber(id, CASE_LETTERS.application);
}

/** A change of fact names a fact, and nothing else does. */
function readFacts({ traitKey }: SenderDecision, kind: ApplicationKind, facts: FactsForm = {}): string | null {
  const isNamed = Object.keys(facts).length > 0;
  if (isNamed !== (kind === 'change')) throw malformed('facts', 'what changes, for a change alone');
  return isNamed ? JSON.stringify(readChangedFacts(traitKey, facts)) : null;
}

function eventOf(kind: ApplicationKind): 'change' | 'renewal' {
  return kind === 'renewal' ? 'renewal' : 'change';
}

async function refuseSecond(tables: Tables, firm: FirmRow): Promise<void> {
  const open = await tables.senders.applications.inState(firm.id, STATES_UNDECIDED);
  if (open === undefined) return;
  throw new SenderDeskError({ code: 'APPLICATION_OPEN', application: applicationNumber(open.id) });
}

/** The certificate that an application is to change or renew; undefined for a first one. */
async function certificateFor(
  { tables, rules, nowMs }: SenderDecision,
  firm: FirmRow,
  kind: ApplicationKind,
): Promise<CertificateRow | undefined> {
  const [last] = await tables.senders.certificates.ofFirm(firm.id);
  const periods = rules.periods(nowMs);
  if (last === undefined || last.state === 'cancelled') {
    if (kind !== 'new') throw new SenderDeskError({ code: 'CERTIFICATE_NONE' });
    const fromMs = last === undefined ? 0 : last.changedMs + periods.reapplyAfterDays * DAY_MS;
    if (nowMs < fromMs) throw new SenderDeskError({ code: 'APPLICATION_TOO_EARLY', from: timeText(fromMs) });
    return undefined;
  }
  if (kind === 'new') throw new SenderDeskError({ code: 'CERTIFICATE_IN_FORCE', certificate: last.code });
  const fromMs = last.validUntilMs - periods.renewalWindowDays * DAY_MS;
  if (kind === 'renewal' && nowMs < fromMs) {
    throw new SenderDeskError({ code: 'RENEWAL_TOO_EARLY', certificate: last.code, from: timeText(fromMs) });
  }
  return last;
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
