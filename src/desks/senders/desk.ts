import type { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import type { Tables } from '../../store/store.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import {
  type ApplicationAnswer,
  type ApplicationForm,
  findApplication,
  openApplication,
  stepAsFirm,
} from './applications.ts';
import type { SenderDeskConfig } from './config.ts';
import { type DecidedAnswer, decideApplication, type DecisionForm } from './deciding.ts';
import {
  addEvidence,
  type EvidenceAnswer,
  type EvidenceForm,
  readEvidence,
  refuseEvidence,
  refuseOtherType,
} from './evidence.ts';
import type { EvidenceFiles, KeptFile } from './evidence-files.ts';
import { type FirmForm, registerFirm, renewFirmToken } from './firms.ts';
import { decideNumber, type NumberAnswer, type NumberForm, registerNumber, withdrawNumber } from './numbers.ts';
import {
  approveProposal,
  dismissProposal,
  type ProposalAnswer,
  type ProposalForm,
  propose,
  sanctionByHand,
} from './proposals.ts';
import {
  type ApplicationPageView,
  type CertificatePageView,
  firmStatus,
  type FirmStatusView,
  listApplications,
  listCertificates,
  listNumbers,
  listProposals,
  type NumberPageForm,
  type NumberPageView,
  type PageForm,
  type ProposalPageView,
  showApplication,
  showCertificate,
} from './reading.ts';
import { findItem, type FindingForm, reviewApplication, type ReviewForm } from './reviewing.ts';
import { SenderRules } from './rules.ts';
import type { CertificateAnswer, SanctionForm } from './sanctions.ts';
import type { SenderDecision } from './sender-decision.ts';
import type { FirmStep, Sanction } from './states.ts';
import type { ApplicationView, CertificateView } from './views.ts';

export interface SenderDeskOptions {
  readonly config: SenderDeskConfig;
  /** The consortium's key for tags of sender numbers. */
  readonly pairingKey: Uint8Array;
  /** The member's own key for traits of firms. */
  readonly traitKey: Uint8Array;
}

export interface SenderDeskDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  readonly files: EvidenceFiles;
}

/**
 * Where a certifier decides who may send bulk text. Every decision, its statement and its row of the journal are one
 * transaction. Who may ask what is the portal's to decide, save that a firm sees nothing but its own.
 */
export class SenderDesk {
  readonly rules: SenderRules;
  readonly #parts: Pick<SenderDecision, 'rules' | 'files' | 'codes' | 'pairingKey' | 'traitKey'>;
  readonly #decisions: Decisions;
  readonly #clock: Clock;

  /** @throws SenderDeskError SENDER_RULES_MALFORMED */
  constructor(
    { config, pairingKey, traitKey }: SenderDeskOptions,
    { decisions, clock, files }: SenderDeskDependencies,
  ) {
    const { certificatePrefix: prefix, originators } = config;
    this.rules = new SenderRules(config);
    const codes = { prefix, originatorFirst: originators.first, originatorLast: originators.last };
    this.#parts = { rules: this.rules, files, codes, pairingKey, traitKey };
    this.#decisions = decisions;
    this.#clock = clock;
  }

  /** Takes up a firm; `tokenHash` is that of the token it will use. @throws SenderDeskError, FormError, StoreError */
  register(form: FirmForm, tokenHash: string): Promise<{ firm: string }> {
    const anybody = { actor: 'public', role: 'public' };
    return this.#decide(anybody, (decision) => registerFirm(decision, form, { tokenHash }));
  }

  /** @throws SenderDeskError FIRM_UNKNOWN */
  renewToken(firm: string, tokenHash: string, request: DeskRequest): Promise<{ firm: string }> {
    return this.#decide(request, (decision) => renewFirmToken(decision, firm, { tokenHash }));
  }

  /** The firm that asks, with its applications and certificates. @throws SenderDeskError FIRM_UNKNOWN */
  status(request: DeskRequest): Promise<FirmStatusView> {
    return this.#read(request, firmStatus);
  }

  /** @throws SenderDeskError, FormError, StoreError */
  apply(form: ApplicationForm, request: DeskRequest): Promise<ApplicationAnswer> {
    return this.#decide(request, (decision) => openApplication(decision, form));
  }

  /** @throws SenderDeskError APPLICATION_UNKNOWN, STEP_ILLEGAL */
  stepAsFirm(number: string, step: FirmStep, request: DeskRequest): Promise<ApplicationAnswer> {
    return this.#decide(request, (decision) => stepAsFirm(decision, number, step));
  }

  /** Applications without anything personal; a firm is shown its own. @throws FormError */
  applications(form: PageForm, request: DeskRequest): Promise<ApplicationPageView> {
    return this.#read(request, (look) => listApplications(look, form));
  }

  /** An application with all that is private; the journal notes who looked. @throws SenderDeskError APPLICATION_UNKNOWN */
  showApplication(number: string, request: DeskRequest): Promise<ApplicationView> {
    const seen = { action: 'application.shown', file: number, about: { application: number } };
    return this.#look(request, seen, (look) => showApplication(look, number));
  }

  /** Takes a file in, before it belongs to anything. @throws SenderDeskError as `addEvidence`, and of the file itself */
  async receiveEvidence(number: string, form: EvidenceForm, stream: Readable, request: DeskRequest): Promise<KeptFile> {
    const nowMs = this.#clock.nowMs();
    await this.#read(request, async (look) => {
      refuseEvidence({ ...look, nowMs }, await findApplication(look, number), form);
    });
    return this.#parts.files.keep(stream, request.actor, (head) => refuseOtherType(form.mediaType, head));
  }

  /** Adds a file that was taken in. @throws SenderDeskError */
  addEvidence(number: string, form: EvidenceForm, file: KeptFile, request: DeskRequest): Promise<EvidenceAnswer> {
    return this.#decide(request, async (decision) =>
      addEvidence(decision, await findApplication(decision, number), form, file),
    );
  }

  /** The octets of a file; the journal notes who looked. @throws SenderDeskError EVIDENCE_FILE_UNKNOWN, EVIDENCE_DAMAGED */
  async evidence(
    number: string,
    sha256: string,
    request: DeskRequest,
  ): Promise<{ mediaType: string; size: number; octets: Readable }> {
    const seen = { action: 'evidence.shown', file: number, about: { application: number, sha256 } };
    const rows = await this.#look(request, seen, async (look) => {
      const { application } = await findApplication(look, number);
      return look.tables.senders.applications.evidence(application.id);
    });
    return readEvidence(this.#parts, rows, sha256);
  }

  /** @throws SenderDeskError STEP_ILLEGAL, ITEMS_WITHOUT_FINDING */
  review(number: string, form: ReviewForm, request: DeskRequest): Promise<ApplicationAnswer> {
    return this.#decide(request, (decision) => reviewApplication(decision, number, form));
  }

  /** @throws SenderDeskError ITEM_NOT_DEMANDED, EVIDENCE_MISSING, EVIDENCE_EXPIRED, STEP_ILLEGAL */
  find(number: string, form: FindingForm, request: DeskRequest): Promise<{ item: string; finding: string }> {
    return this.#decide(request, (decision) => findItem(decision, number, form));
  }

  /** The committee's word; a certificate is stated. @throws SenderDeskError */
  decide(number: string, form: DecisionForm, request: DeskRequest): Promise<DecidedAnswer> {
    return this.#decide(request, (decision) => decideApplication(decision, number, form));
  }

  certificates(form: PageForm, request: DeskRequest): Promise<CertificatePageView> {
    return this.#read(request, (look) => listCertificates(look, form));
  }

  /** @throws SenderDeskError CERTIFICATE_UNKNOWN */
  showCertificate(code: string, request: DeskRequest): Promise<CertificateView> {
    return this.#read(request, (look) => showCertificate(look, code));
  }

  /** Slows, suspends, reinstates or ends a certificate. @throws SenderDeskError */
  sanction(code: string, kind: Sanction, form: SanctionForm, request: DeskRequest): Promise<CertificateAnswer> {
    return this.#decide(request, (decision) => sanctionByHand(decision, code, kind, form));
  }

  /** @throws SenderDeskError */
  registerNumber(code: string, form: NumberForm, request: DeskRequest): Promise<NumberAnswer> {
    return this.#decide(request, (decision) => registerNumber(decision, code, form));
  }

  /** @throws SenderDeskError NUMBER_UNKNOWN, NUMBER_NOT_HELD */
  decideNumber(code: string, choice: { id: number; approve: boolean }, request: DeskRequest): Promise<NumberAnswer> {
    return this.#decide(request, (decision) => decideNumber(decision, code, choice));
  }

  /** @throws SenderDeskError NUMBER_UNKNOWN */
  withdrawNumber(code: string, id: number, request: DeskRequest): Promise<NumberAnswer> {
    return this.#decide(request, (decision) => withdrawNumber(decision, code, id));
  }

  /** A certificate's numbers; the journal notes who looked. @throws SenderDeskError CERTIFICATE_UNKNOWN */
  numbers(code: string, form: NumberPageForm, request: DeskRequest): Promise<NumberPageView> {
    const seen = { action: 'numbers.shown', file: code, about: { certificate: code } };
    return this.#look(request, seen, (look) => listNumbers(look, code, form));
  }

  /** Proposes a sanction, for a supervisor to decide. A watcher needs no request of its own. @throws SenderDeskError */
  propose(form: ProposalForm, request: DeskRequest = { actor: form.source, role: 'watcher' }): Promise<ProposalAnswer> {
    return this.#decide(request, (decision) => propose(decision, form));
  }

  proposals(form: PageForm, request: DeskRequest): Promise<ProposalPageView> {
    return this.#read(request, (look) => listProposals(look, form));
  }

  /** States the sanction that was proposed. @throws SenderDeskError PROPOSAL_UNKNOWN, PROPOSAL_DECIDED, STEP_ILLEGAL */
  approveProposal(number: string, request: DeskRequest): Promise<CertificateAnswer & { proposal: string }> {
    return this.#decide(request, (decision) => approveProposal(decision, number));
  }

  /** @throws SenderDeskError PROPOSAL_UNKNOWN, PROPOSAL_DECIDED */
  dismissProposal(
    number: string,
    form: { note: string },
    request: DeskRequest,
  ): Promise<{ proposal: string; state: string }> {
    return this.#decide(request, (decision) => dismissProposal(decision, number, form));
  }

  #decide<T>(request: DeskRequest, work: (decision: SenderDecision) => Promise<object>): Promise<T> {
    return this.#decisions.decide(request, (decision) => work({ ...decision, ...this.#parts }));
  }

  #read<T>(request: DeskRequest, work: (look: SenderLook) => Promise<T>): Promise<T> {
    const { rules } = this;
    return this.#decisions.store.read((tables) => work({ tables, request, rules }));
  }

  /** A firm that reads its own file looks nobody up; the desk sees to it that it is its own. */
  #look<T>(
    request: DeskRequest,
    { action, file, about }: { action: string; file: string; about: object },
    work: (look: SenderLook) => Promise<T>,
  ): Promise<T> {
    const { rules } = this;
    const look = (tables: Tables): Promise<T> => work({ tables, request, rules });
    if (request.role === 'firm') return this.#decisions.look(request, { action, detail: () => about }, look);
    return this.#decisions.lookUp(request, { action, ground: { on: 'file', file }, about }, look);
  }
}

interface SenderLook {
  readonly tables: Tables;
  readonly request: DeskRequest;
  readonly rules: SenderRules;
}
