import type { IncidentFile } from '../../store/incidents/incident-files.ts';
import type {
  AttachedListRow,
  ClockRow,
  CountRow,
  EvidenceRow,
  FactRow,
  IncidentRow,
  RequestRow,
} from '../../store/incidents/schema.ts';
import type { Tables } from '../../store/store.ts';
import { clockState, clockWarningMs, marksOf } from './clocks.ts';
import { countedHere, latestCounts } from './counting.ts';
import { findIncident, incidentNumber, requestNumber } from './finding.ts';
import { momentText } from './moments.ts';
import { noticeProgress } from './notices.ts';
import { detailsOf } from './requests.ts';
import type { IncidentSettings } from './settings.ts';

/** What a view is made with. */
interface Viewing {
  readonly settings: IncidentSettings;
  readonly nowMs: number;
}

export function incidentSummary(
  { id, title, status, openedMs, openedBy, closedMs }: IncidentRow,
  { settings }: Viewing,
) {
  const at = (timeMs: number): string => momentText(timeMs, settings.utcOffset);
  return {
    incident: incidentNumber(id),
    title,
    incidentState: status,
    openedAt: at(openedMs),
    openedBy,
    ...(closedMs !== null && { closedAt: at(closedMs) }),
  };
}

/** An incident with everything but the people concerned. */
export async function incidentView(tables: Tables, number: string, viewing: Viewing) {
  const { id } = await findIncident(tables, number);
  const file = (await tables.incidents.files.file(id))!;
  const places = await tables.places.of(file.evidence.map(({ statementId }) => statementId));
  const placeOf = new Map(places.map(({ statementId, logIndex }) => [statementId, logIndex]));
  return {
    ...incidentSummary(file.incident, viewing),
    facts: file.facts.map((row) => factView(row, file, viewing)),
    evidence: file.evidence.map((row) => evidenceView(row, placeOf.get(row.statementId) ?? null, viewing)),
    clocks: file.clocks.map((row) => clockView(row, file, viewing)),
    lists: file.lists.map((row) => listView(row, viewing)),
    counts: await countsView(tables, file, viewing),
    notices: await noticeProgress(tables, number),
  };
}

/** Clocks of all incidents that nothing was filed for: what needs somebody now. */
export function clockView(row: ClockRow, { evidence }: Pick<IncidentFile, 'evidence'>, { settings, nowMs }: Viewing) {
  const at = (timeMs: number): string => momentText(timeMs, settings.utcOffset);
  const duty = settings.duties.find(({ key }) => key === row.duty);
  const warningMs = clockWarningMs(row);
  const shown = evidence.filter(({ fact }) => fact === row.fact).map(({ sha256 }) => sha256);
  const lateMs = row.dueMs === null ? 0 : (row.filedMs ?? nowMs) - row.dueMs;
  return {
    incident: incidentNumber(row.incidentId),
    clock: row.position,
    duty: row.duty,
    ...(duty !== undefined && { addressee: duty.addressee, source: duty.source, text: duty.text }),
    fact: row.fact,
    knownAt: at(row.startMs),
    knownEvidence: shown,
    ...(row.dueMs !== null && { dueAt: at(row.dueMs) }),
    ...(warningMs !== undefined && { warnsAt: at(warningMs) }),
    state: clockState(row, nowMs),
    ...(lateMs > 0 && { lateSeconds: Math.round(lateMs / 1_000) }),
    ...(row.filedMs !== null && { filedAt: at(row.filedMs) }),
    ...(row.filedReference !== null && { filedReference: row.filedReference }),
    ...(row.filedEvidence !== null && { filedEvidence: row.filedEvidence }),
    ...(row.filedBy !== null && { filedBy: row.filedBy }),
  };
}

export function requestView(row: RequestRow, { settings }: Viewing) {
  const { proxy, ...details } = detailsOf(row);
  const at = (timeMs: number): string => momentText(timeMs, settings.utcOffset);
  return {
    request: requestNumber(row.id),
    incident: incidentNumber(row.incidentId),
    kind: row.kind,
    requestState: row.status,
    line: row.msisdn,
    ...(row.shop !== null && { shop: row.shop }),
    ...(row.paymentId !== null && { paymentId: row.paymentId }),
    ...details,
    ...(proxy !== undefined && { proxy: { ...proxy, consentAt: at(proxy.consentMs) } }),
    createdAt: at(row.createdMs),
    createdBy: row.createdBy,
    changedAt: at(row.changedMs),
  };
}

/** The sides beside each other, and whether our own numbers reconcile: exposed ≥ victims ≥ refunded. */
async function countsView(tables: Tables, { incident, counts }: IncidentFile, viewing: Viewing) {
  const exposed = await tables.incidents.persons.count(incident.id);
  const here = countedHere(await tables.incidents.requests.of(incident.id));
  const { operator, police } = latestCounts(counts);
  const victims = operator?.victims ?? here.victims;
  const refunded = operator?.refunded ?? here.refunded;
  return {
    exposed,
    registered: here,
    ...(operator !== undefined && { operator: countView(operator, viewing) }),
    ...(police !== undefined && { police: countView(police, viewing) }),
    reconciles: exposed >= victims && victims >= refunded,
  };
}

function listView(
  { list, version, attachedMs, attachedBy, lines, added, grown, dropped }: AttachedListRow,
  { settings }: Viewing,
) {
  const attachedAt = momentText(attachedMs, settings.utcOffset);
  return { list, version, attachedAt, attachedBy, lines, added, grown, dropped };
}

function countView({ asOfMs, victims, payments, won, refunded }: CountRow, { settings }: Viewing) {
  return { asOf: momentText(asOfMs, settings.utcOffset), victims, payments, won, refunded };
}

function factView(row: FactRow, { lists }: IncidentFile, { settings }: Viewing) {
  const at = (timeMs: number): string => momentText(timeMs, settings.utcOffset);
  const attached = lists.find(({ fact }) => fact === row.position);
  return {
    fact: row.position,
    what: row.what,
    ...(attached !== undefined && { automatic: attachedFact(attached) }),
    ...(row.happenedMs !== null && { happenedAt: at(row.happenedMs) }),
    knownAt: at(row.knownMs),
    marks: [...marksOf(row)],
    ...(row.persons !== null && { persons: row.persons }),
    recordedAt: at(row.recordedMs),
    recordedBy: row.recordedBy,
  };
}

/** What the desk itself wrote into a timeline, as data: `what` has it in English. */
function attachedFact({ list, version, lines, added, grown, dropped }: AttachedListRow) {
  return { kind: 'list-attached', list, version, lines, added, grown, dropped } as const;
}

function evidenceView(row: EvidenceRow, index: number | null, { settings }: Viewing) {
  return {
    sha256: row.sha256,
    name: row.name,
    size: row.size,
    ...(row.fact !== null && { fact: row.fact }),
    sealedAt: momentText(row.sealedMs, settings.utcOffset),
    sealedBy: row.sealedBy,
    ...(index !== null && { entry: { member: settings.member, index } }),
  };
}

export type IncidentView = Awaited<ReturnType<typeof incidentView>>;
export type ClockView = ReturnType<typeof clockView>;
export type RequestView = ReturnType<typeof requestView>;
