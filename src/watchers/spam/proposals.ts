import type { SpamCampaignRow } from '../../store/spam/schema.ts';
import type { SpamCount } from '../../store/spam/reports.ts';
import type { Store, Tables } from '../../store/store.ts';
import type { CampaignRules } from './config.ts';
import { HOUR_MS, hourOf } from './sighting.ts';
import { campaignNumber } from './campaign-number.ts';

/** Reports and fingerprints that a proposal names. */
const EVIDENCE_REPORTS_MAX = 100;
const EVIDENCE_SHAPES_MAX = 20;

/** What a campaign says against one firm: figures and names of things, never a text or a number of a person. */
export interface SuspensionProposal {
  readonly certificate: string;
  readonly campaign: string;
  readonly evidence: {
    readonly windowHours: number;
    readonly reports: number;
    readonly reportsOfFirm: number;
    readonly texts: number;
    readonly textsOfFirm: number;
    /** Firms in the campaign, this one among them. */
    readonly firms: number;
    readonly firstAt: string;
    readonly lastAt: string;
    readonly fingerprints: readonly string[];
    /** Reports of the campaign, those that name this firm first. */
    readonly reportIds: readonly number[];
  };
}

/**
 * Puts a proposal before the certification desk. Proposing the same again makes no second one there. `not-due` where the
 * desk knows no such certificate, or it is suspended or cancelled already.
 */
export type ProposeSuspension = (proposal: SuspensionProposal) => Promise<'proposed' | 'not-due'>;

/** How much of a campaign is one firm's, in the time that counts. */
export interface FirmShare {
  readonly certificate: string;
  readonly reports: number;
  readonly texts: number;
}

export interface Judgement {
  readonly campaign: SpamCampaignRow;
  readonly reports: number;
  readonly firms: readonly FirmShare[];
}

/** How a campaign stands within the window. */
export async function judge({ spam }: Tables, id: number, sinceMs: number): Promise<Judgement | undefined> {
  const campaign = await spam.campaigns.find(id);
  if (campaign === undefined) return undefined;
  const reports = await spam.reports.countByFirm([id], sinceMs);
  const texts = await spam.sightings.countByFirm([id], hourOf(sinceMs));
  return { campaign, reports: total(reports), firms: sharesOf(reports, texts) };
}

export function sharesOf(reports: readonly SpamCount[], texts: readonly SpamCount[]): FirmShare[] {
  const named = new Set([...reports, ...texts].flatMap(({ certificate }) => certificate ?? []));
  const of = (counts: readonly SpamCount[], firm: string): number =>
    total(counts.filter(({ certificate }) => certificate === firm));
  return [...named]
    .toSorted()
    .map((certificate) => ({ certificate, reports: of(reports, certificate), texts: of(texts, certificate) }));
}

function total(counts: readonly SpamCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** Proposes what is over the threshold and was not proposed within the window. @returns how many firms were proposed */
export async function proposeOver(
  id: number,
  rules: CampaignRules,
  { store, nowMs, propose }: { store: Store; nowMs: number; propose: ProposeSuspension },
): Promise<number> {
  const sinceMs = nowMs - rules.windowHours * HOUR_MS;
  let proposed = 0;
  for (const proposal of await store.read((tables) => proposalsOf(tables, id, { rules, sinceMs }))) {
    // The desk first: after a crash between the two it hears the same once more, and nothing is forgotten.
    if ((await propose(proposal)) === 'not-due') continue;
    await store.write(({ spam }) => spam.campaigns.markProposed(id, proposal.certificate, nowMs));
    proposed++;
  }
  return proposed;
}

async function proposalsOf(
  tables: Tables,
  id: number,
  { rules, sinceMs }: { rules: CampaignRules; sinceMs: number },
): Promise<SuspensionProposal[]> {
  const judgement = await judge(tables, id, sinceMs);
  if (judgement === undefined || judgement.reports < rules.reportsMin) return [];
  const proposed = await tables.spam.campaigns.proposed(id);
  const involved = judgement.firms.filter(
    ({ certificate, reports, texts }) =>
      (proposed.get(certificate) ?? 0) < sinceMs && (reports > 0 || texts >= rules.firmTextsMin),
  );
  return Promise.all(involved.map((firm) => proposalOf(tables, firm, { judgement, rules })));
}

async function proposalOf(
  { spam }: Tables,
  { certificate, reports, texts }: FirmShare,
  { judgement, rules }: { judgement: Judgement; rules: CampaignRules },
): Promise<SuspensionProposal> {
  const { campaign, firms } = judgement;
  const shapes = await spam.campaigns.shapesOf(campaign.id, EVIDENCE_SHAPES_MAX);
  return {
    certificate,
    campaign: campaignNumber(campaign.id),
    evidence: {
      windowHours: rules.windowHours,
      reports: judgement.reports,
      reportsOfFirm: reports,
      texts: firms.reduce((sum, firm) => sum + firm.texts, 0),
      textsOfFirm: texts,
      firms: firms.length,
      firstAt: new Date(campaign.firstMs).toISOString(),
      lastAt: new Date(campaign.lastMs).toISOString(),
      fingerprints: shapes.map(({ fingerprint }) => fingerprint),
      reportIds: await spam.reports.idsOf(campaign.id, { certificate, limit: EVIDENCE_REPORTS_MAX }),
    },
  };
}
