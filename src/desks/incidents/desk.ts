import type { Clock } from '../../base/clock.ts';
import type { FilesByHash } from '../../base/files-by-hash.ts';
import { CASE_LETTERS, parseCaseNumber } from '../../store/case-number.ts';
import type { Tables } from '../../store/store.ts';
import type { Decision, Decisions, DeskRequest } from '../decisions/decision.ts';
import { malformed } from '../decisions/form-fields.ts';
import { attachList, type AttachAnswer, type AttachForm } from './attaching.ts';
import { recordCount, type CountForm } from './counting.ts';
import type { ExposedLists } from './exposed-lines.ts';
import { fileForClock, type FilingForm } from './filing.ts';
import { findIncident, incidentNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { nextIncidentStatus } from './incident-states.ts';
import { lookUpLine, type LookUpForm, type LookUpView } from './looking-up.ts';
import { noticeProgress, type NoticeName, type NotifyForm, queueNotices, toldOtherwise, unreached } from './notices.ts';
import { openRights, type OpenRightsView } from './open-rights.ts';
import { type EvidenceForm, keepEvidence, type SealAnswer, sealEvidence } from './sealing.ts';
import type { IncidentSettings } from './settings.ts';
import { type FactAnswer, type FactForm, openIncident, type OpenForm, recordFact } from './timeline.ts';
import { clockView, incidentSummary, incidentView, type IncidentView } from './views.ts';

/** Incidents in one page. */
export const INCIDENTS_PAGE_MAX = 200;

export interface IncidentDeskDependencies {
  readonly decisions: Decisions;
  readonly exposedLists: ExposedLists;
  /** Evidence, by its hash. */
  readonly files: FilesByHash;
  /** Called when notices are queued, so that they go out at once. */
  readonly onNoticesQueued: () => void;
  readonly clock: Clock;
}

/**
 * Where a member's people work on an incident: what is known since when, what the law wants by when, who is concerned,
 * who was told, who has what still coming. Who may ask what is the portal's to decide.
 */
export class IncidentDesk {
  readonly settings: IncidentSettings;
  readonly #dependencies: IncidentDeskDependencies;

  constructor(settings: IncidentSettings, dependencies: IncidentDeskDependencies) {
    this.settings = settings;
    this.#dependencies = dependencies;
  }

  /** Opens an incident with its first fact. @throws FormError, StoreError */
  open(form: OpenForm, request: DeskRequest): Promise<FactAnswer> {
    return this.#decide(request, (decision) => openIncident(decision, form, this.settings));
  }

  /** Adds a fact, and starts the clocks that it sets running. @throws FormError, IncidentError, StoreError */
  recordFact(number: string, form: FactForm, request: DeskRequest): Promise<FactAnswer> {
    return this.#decide(request, (decision) => recordFact(decision, number, form, this.settings));
  }

  /** Keeps and seals a file of evidence. @throws FormError, IncidentError, StoreError */
  async seal(number: string, form: EvidenceForm, request: DeskRequest): Promise<SealAnswer> {
    const sha256 = await keepEvidence(form.octets, this.#dependencies.files);
    return this.#decide(request, (decision) => sealEvidence(decision, number, form, sha256));
  }

  /** The octets of a sealed file; the journal notes who looked. @throws IncidentError EVIDENCE_UNKNOWN */
  async evidence(number: string, sha256: string, request: DeskRequest): Promise<Buffer> {
    const { decisions, files } = this.#dependencies;
    const isSealed = await decisions.store.read(async (tables) => {
      const { id } = await findIncident(tables, number);
      return (await tables.incidents.files.evidence(id)).some((row) => row.sha256 === sha256);
    });
    const octets = isSealed ? await files.read(sha256) : undefined;
    if (octets === undefined) throw new IncidentError({ code: 'EVIDENCE_UNKNOWN', field: 'sha256' });
    const { ground, about } = openedFile(number);
    await decisions.noteLookUp(request, { action: 'evidence.read', ground, about: { ...about, sha256 } });
    return octets;
  }

  /** Notes what was filed for a clock. @throws FormError, IncidentError, StoreError */
  file(clock: { number: string; clock: number }, form: FilingForm, request: DeskRequest): Promise<object> {
    return this.#decide(request, (decision) => fileForClock(decision, clock, form));
  }

  /** Attaches a version of an exposed list. @throws FormError, IncidentError, StoreError */
  async attach(number: string, form: AttachForm, request: DeskRequest): Promise<AttachAnswer> {
    const { list, version } = form;
    const lines = await this.#dependencies.exposedLists.linesOf(list, version);
    if (lines === undefined) throw new IncidentError({ code: 'LIST_UNKNOWN', list, version });
    return this.#decide(request, (decision) => attachList(decision, number, { form, lines }, this.settings));
  }

  /** Notes what the member or the police counted. @throws FormError, IncidentError, StoreError */
  count(number: string, form: CountForm, request: DeskRequest): Promise<object> {
    return this.#decide(request, (decision) => recordCount(decision, number, form));
  }

  close(number: string, request: DeskRequest): Promise<object> {
    return this.#decide(request, (decision) => setStatus(decision, number, 'closed'));
  }

  reopen(number: string, request: DeskRequest): Promise<object> {
    return this.#decide(request, (decision) => setStatus(decision, number, 'reopened'));
  }

  /** Queues notices to all who have news to be told. @throws FormError, IncidentError, StoreError */
  async notify(number: string, form: NotifyForm, request: DeskRequest): Promise<object> {
    const answer = await this.#decide<object>(request, (decision) =>
      queueNotices(decision, number, form, this.settings),
    );
    this.#dependencies.onNoticesQueued();
    return answer;
  }

  /** How far the notices are. @throws IncidentError INCIDENT_UNKNOWN, StoreError */
  async progress(number: string): Promise<object> {
    const notices = await this.#read((tables) => noticeProgress(tables, number));
    return { incident: number.toUpperCase(), notices };
  }

  /** Who was reached by no text. @throws IncidentError INCIDENT_UNKNOWN, StoreError */
  async unreached(number: string, request: DeskRequest): Promise<object> {
    const found = (rows: readonly object[]): object => ({ shown: rows.length });
    const seen = { action: 'unreached.shown', ...openedFile(number), found };
    const { decisions } = this.#dependencies;
    return { unreached: await decisions.lookUp(request, seen, (tables) => unreached(tables, number)) };
  }

  /** @throws IncidentError NOTICE_UNKNOWN, NOTICE_STATE */
  toldOtherwise(number: string, told: NoticeName & { channel: string }, request: DeskRequest): Promise<object> {
    return this.#decide(request, (decision) => toldOtherwise(decision, number, told));
  }

  /** An incident as it stands; the journal notes who looked. @throws IncidentError INCIDENT_UNKNOWN, StoreError */
  show(number: string, request: DeskRequest): Promise<IncidentView> {
    const seen = { action: 'incident.shown', ...openedFile(number) };
    const view = (tables: Tables): Promise<IncidentView> => incidentView(tables, number, this.#viewing);
    return this.#dependencies.decisions.lookUp(request, seen, view);
  }

  /** Incidents, newest first, without their timelines. @throws FormError, StoreError */
  list({ before, limit = 50 }: { before?: string; limit?: number }): Promise<object> {
    const id = before === undefined ? undefined : parseCaseNumber(before, CASE_LETTERS.incident);
    if (before !== undefined && id === undefined) throw malformed('before', 'an incident’s number');
    return this.#read(async ({ incidents }) => {
      const rows = await incidents.files.list({ limit: limit + 1, ...(id !== undefined && { before: id }) });
      const shown = rows.slice(0, limit).map((row) => incidentSummary(row, this.#viewing));
      return { incidents: shown, ...(rows.length > limit && { next: shown.at(-1)!.incident }) };
    });
  }

  /** Clocks of all incidents that nothing was filed for, the one due first first. @throws StoreError */
  clocks(): Promise<object> {
    return this.#read(async ({ incidents }) => {
      const open = await incidents.files.unfiledClocks();
      return { clocks: open.map((row) => clockView(row, { evidence: [] }, this.#viewing)) };
    });
  }

  /** Who has a right and no action yet; the journal notes who looked. @throws IncidentError INCIDENT_UNKNOWN */
  openRights(number: string, page: { after?: string; limit?: number }, request: DeskRequest): Promise<OpenRightsView> {
    const found = ({ lines }: OpenRightsView): object => ({ shown: lines.length });
    const seen = { action: 'open-rights.shown', ...openedFile(number), found };
    return this.#dependencies.decisions.lookUp(request, seen, (tables) => openRights(tables, number, page));
  }

  /** Looks a line up for somebody of the member. @throws FormError; DecisionError LOOK_UPS_TOO_MANY */
  lookUp(form: LookUpForm, request: DeskRequest): Promise<LookUpView> {
    return lookUpLine(this.#dependencies.decisions, form, request, this.settings);
  }

  get #viewing() {
    return { settings: this.settings, nowMs: this.#dependencies.clock.nowMs() };
  }

  #decide<T>(request: DeskRequest, work: (decision: Decision) => Promise<object>): Promise<T> {
    return this.#dependencies.decisions.decide<T>(request, work);
  }

  #read<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    return this.#dependencies.decisions.store.read(work);
  }
}

/** What the journal says of who opens an incident. */
function openedFile(number: string) {
  const incident = number.toUpperCase();
  return { ground: { on: 'file', file: incident }, about: { incident } } as const;
}

async function setStatus(decision: Decision, number: string, event: 'closed' | 'reopened'): Promise<object> {
  const { tables, nowMs } = decision;
  const { id, status } = await findIncident(tables, number);
  const incident = incidentNumber(id);
  const next = nextIncidentStatus(incident, status, event);
  await tables.incidents.files.setStatus(id, { status: next, closedMs: next === 'closed' ? nowMs : null });
  decision.note(`incident.${event}`, null, { incident });
  return { incident, incidentState: next };
}
