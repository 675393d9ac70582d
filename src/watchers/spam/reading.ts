import type { Clock } from '../../base/clock.ts';
import type { Decisions, DeskRequest } from '../../desks/decisions/decision.ts';
import type { Tables } from '../../store/store.ts';
import { campaignNumber, readCampaignNumber } from './campaign-number.ts';
import { SHAPES_PER_CAMPAIGN_MAX } from './campaign-book.ts';
import type { CampaignRules } from './config.ts';
import { sharesOf } from './proposals.ts';
import { HOUR_MS, hourOf } from './sighting.ts';
import { SpamError } from './spam-fault.ts';
import {
  type CampaignSummary,
  campaignSummary,
  type CampaignView,
  reportView,
  sightingView,
  timeText,
} from './views.ts';

export const CAMPAIGN_PAGE_DEFAULT = 50;
/** Reports and sightings of a campaign in one answer. */
export const CAMPAIGN_ROWS_MAX = 200;
/** A campaign that nobody reported is listed from so many texts, when nobody says. */
export const LISTED_TEXTS_MIN = 100;

export interface CampaignQuery {
  /** The campaign before which the page begins: they are listed newest first. */
  readonly before?: string;
  readonly limit?: number;
  /** List those that nobody reported too, from so many texts. */
  readonly textsMin?: number;
}

/** What people may see of campaigns. */
export class CampaignReading {
  readonly #rules: CampaignRules;
  readonly #decisions: Decisions;
  readonly #clock: Clock;

  constructor(rules: CampaignRules, { decisions, clock }: { decisions: Decisions; clock: Clock }) {
    this.#rules = rules;
    this.#decisions = decisions;
    this.#clock = clock;
  }

  /** Campaigns, newest first. @throws SpamError CAMPAIGN_UNKNOWN */
  list({ before, limit = CAMPAIGN_PAGE_DEFAULT, textsMin = LISTED_TEXTS_MIN }: CampaignQuery) {
    const below = before === undefined ? {} : { before: readCampaignNumber(before) };
    return this.#decisions.store.read(async (tables) => {
      const rows = await tables.spam.campaigns.list({ ...below, limit: limit + 1, reportsMin: 1, textsMin });
      const page = rows.slice(0, limit);
      const campaigns: CampaignSummary[] = [];
      for (const row of page) campaigns.push(campaignSummary(row, await this.#firms(tables, row.id)));
      const next = rows.length > limit ? { next: campaignNumber(page.at(-1)!.id) } : {};
      return { campaigns, ...next };
    });
  }

  /** One campaign with its reports and sightings. The reports are private: the journal says who looked. @throws SpamError */
  find(
    number: string,
    { after = 0, texts }: { after?: number; texts: boolean },
    request: DeskRequest,
  ): Promise<CampaignView> {
    const id = readCampaignNumber(number);
    const campaign = campaignNumber(id);
    const ground = { on: 'file', file: campaign } as const;
    return this.#decisions.lookUp(
      request,
      { action: 'campaign.read', ground, about: { campaign, texts } },
      async (tables) => {
        const { campaigns, reports, sightings } = tables.spam;
        const row = await campaigns.find(id);
        if (row === undefined) throw new SpamError({ code: 'CAMPAIGN_UNKNOWN' });
        const proposed = await campaigns.proposed(id);
        const shapes = await campaigns.shapesOf(id, SHAPES_PER_CAMPAIGN_MAX);
        const seen = await sightings.ofCampaign(id, CAMPAIGN_ROWS_MAX);
        const rows = await reports.ofCampaign(id, { after, limit: CAMPAIGN_ROWS_MAX });
        return {
          ...campaignSummary(row, await this.#firms(tables, id)),
          ...(row.mergedInto !== null && { mergedInto: campaignNumber(row.mergedInto) }),
          fingerprints: shapes.map(({ fingerprint }) => fingerprint),
          proposed: [...proposed].map(([certificate, proposedMs]) => ({ certificate, at: timeText(proposedMs) })),
          sightings: seen.map(sightingView),
          reportList: rows.map((report) => reportView(texts ? report : { ...report, text: null })),
        };
      },
    );
  }

  async #firms({ spam }: Tables, id: number) {
    const sinceMs = this.#clock.nowMs() - this.#rules.windowHours * HOUR_MS;
    const reports = await spam.reports.countByFirm([id], sinceMs);
    return sharesOf(reports, await spam.sightings.countByFirm([id], hourOf(sinceMs)));
  }
}
