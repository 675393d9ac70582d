import { CASE_LETTERS, type CaseId, type CaseLetter, parseCaseNumber } from '../../store/case-number.ts';
import type { Tables } from '../../store/store.ts';
import type { DeskRequest } from '../decisions/decision.ts';
import { malformed, readWord } from '../decisions/form-fields.ts';
import { findApplication } from './applications.ts';
import { FIRM_ROLE, likenessesOf, ownFirm } from './firms.ts';
import { certificateOfFirm } from './numbers.ts';
import { proposalNumber } from './proposals.ts';
import type { SenderRules } from './rules.ts';
import { findCertificate } from './sanctions.ts';
import { APPLICATION_STATES, CERTIFICATE_STATES } from './states.ts';
import {
  type ApplicationSummary,
  applicationSummary,
  type ApplicationView,
  applicationView,
  type CertificateView,
  certificateView,
  type FirmView,
  firmView,
  type NumberView,
  numberView,
  type ProposalView,
  proposalView,
} from './views.ts';
import { NUMBER_STATES, PROPOSAL_STATES } from './words.ts';

/** Rows in one page. */
export const PAGE_SIZE_MAX = 500;
export const PAGE_SIZE_DEFAULT = 50;

export interface PageForm {
  readonly state?: string;
  /** The `next` of the page before this one. */
  readonly before?: string;
  readonly limit?: number;
}

export interface NumberPageForm {
  readonly state?: string;
  readonly after?: number;
  readonly limit?: number;
}

/** A page, newest first; `next` is absent on the last one. */
type Page<Name extends string, View> = { readonly [Rows in Name]: readonly View[] } & { readonly next?: string };
export type ApplicationPageView = Page<'applications', ApplicationSummary>;
export type CertificatePageView = Page<'certificates', CertificateView>;
export type ProposalPageView = Page<'proposals', ProposalView>;
export interface NumberPageView {
  readonly numbers: readonly NumberView[];
  readonly next?: number;
}

/** A firm, what it applied for, and what it holds. */
export interface FirmStatusView extends FirmView {
  readonly applications: readonly ApplicationSummary[];
  readonly certificates: readonly CertificateView[];
}

/** What a transaction that only looks is given. */
interface Look {
  readonly tables: Tables;
  readonly request: DeskRequest;
  readonly rules: SenderRules;
}

export async function firmStatus({ tables, request }: Look): Promise<FirmStatusView> {
  const firm = await ownFirm(tables, request);
  const { applications, certificates } = tables.senders;
  const made = await applications.list({ firmId: firm.id, limit: PAGE_SIZE_MAX });
  return {
    ...firmView(firm),
    applications: made.map(applicationSummary),
    certificates: (await certificates.ofFirm(firm.id)).map(certificateView),
  };
}

export async function listApplications({ tables, request }: Look, form: PageForm): Promise<ApplicationPageView> {
  const { limit, ...page } = readPage(form, CASE_LETTERS.application);
  const state = readState(APPLICATION_STATES, form.state);
  const own = request.role === FIRM_ROLE ? { firmId: (await ownFirm(tables, request)).id } : {};
  const rows = await tables.senders.applications.list({ ...page, ...state, ...own, limit: limit + 1 });
  const applications = rows.slice(0, limit).map(applicationSummary);
  return { applications, ...(rows.length > limit && { next: applications.at(-1)!.application }) };
}

/** Reviewers are shown whom the firm is like; the firm is not. */
export async function showApplication(look: Look, number: string): Promise<ApplicationView> {
  const { tables, request } = look;
  const { application, items } = await findApplication(look, number);
  const { firms, applications } = tables.senders;
  const likenesses = likenessesOf(await firms.likenesses(application.firmId));
  return applicationView(application, {
    firm: (await firms.find(application.firmId))!,
    items,
    findings: await applications.findings(application.id),
    evidence: await applications.evidence(application.id),
    ...(request.role !== FIRM_ROLE && { likenesses }),
  });
}

export async function listCertificates({ tables }: Look, form: PageForm): Promise<CertificatePageView> {
  const limit = readLimit(form.limit);
  const before = form.before === undefined ? {} : { before: (await findCertificate(tables, form.before)).id };
  const state = readState(CERTIFICATE_STATES, form.state);
  const rows = await tables.senders.certificates.list({ ...before, ...state, limit: limit + 1 });
  const certificates = rows.slice(0, limit).map(certificateView);
  return { certificates, ...(rows.length > limit && { next: certificates.at(-1)!.certificate }) };
}

export async function showCertificate({ tables }: Look, code: string): Promise<CertificateView> {
  return certificateView(await findCertificate(tables, code));
}

export async function listNumbers(look: Look, code: string, form: NumberPageForm): Promise<NumberPageView> {
  const certificate = await certificateOfFirm(look, code);
  const limit = readLimit(form.limit);
  const page = { after: form.after ?? 0, limit: limit + 1, ...readState(NUMBER_STATES, form.state) };
  const rows = await look.tables.senders.numbers.list(certificate.code, page);
  const numbers = rows.slice(0, limit).map(numberView);
  return { numbers, ...(rows.length > limit && { next: numbers.at(-1)!.id }) };
}

export async function listProposals({ tables }: Look, form: PageForm): Promise<ProposalPageView> {
  const { limit, ...page } = readPage(form, CASE_LETTERS.proposal);
  const state = readState(PROPOSAL_STATES, form.state);
  const rows = await tables.senders.proposals.list({ ...page, ...state, limit: limit + 1 });
  const proposals = rows.slice(0, limit).map(proposalView);
  return { proposals, ...(rows.length > limit && { next: proposalNumber(rows[limit - 1]!.id) }) };
}

function readPage({ before, limit }: PageForm, letter: CaseLetter): { before?: CaseId; limit: number } {
  const id = before === undefined ? undefined : parseCaseNumber(before, letter);
  if (before !== undefined && id === undefined) throw malformed('before', `a number such as ${letter}-2026-000123`);
  return { limit: readLimit(limit), ...(id !== undefined && { before: id }) };
}

function readLimit(limit: number | undefined): number {
  return Math.min(limit ?? PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
}

function readState<T extends string>(words: readonly T[], text: string | undefined): { state?: T } {
  return text === undefined ? {} : { state: readWord(words, text, 'state') };
}
