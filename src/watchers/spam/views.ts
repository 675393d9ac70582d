import type { SpamCampaignRow, SpamReportRow, SpamSightingRow } from '../../store/spam/schema.ts';
import { campaignNumber } from './campaign-number.ts';
import type { FirmShare } from './proposals.ts';

/** A campaign in a list: how much of it there was since it began, and of which firms lately. */
export interface CampaignSummary {
  readonly campaign: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly reports: number;
  readonly texts: number;
  /** Within the window that counts for a proposal. */
  readonly firms: readonly FirmShare[];
}

export interface CampaignView extends CampaignSummary {
  /** The campaign that this one turned out to be a part of. */
  readonly mergedInto?: string;
  readonly fingerprints: readonly string[];
  readonly proposed: readonly { readonly certificate: string; readonly at: string }[];
  readonly sightings: readonly SightingView[];
  readonly reportList: readonly ReportView[];
}

export interface ReportView {
  readonly report: number;
  readonly recordedAt: string;
  readonly receivedAt?: string;
  readonly fingerprint: string;
  readonly certificate?: string;
  readonly number?: string;
  readonly relay?: string;
  readonly kind?: string;
  readonly reference?: string;
  readonly text?: string;
}

export interface SightingView {
  readonly hour: string;
  readonly certificate: string;
  readonly fingerprint: string;
  readonly source: string;
  readonly texts: number;
}

export function campaignSummary(row: SpamCampaignRow, firms: readonly FirmShare[]): CampaignSummary {
  return {
    campaign: campaignNumber(row.id),
    firstAt: timeText(row.firstMs),
    lastAt: timeText(row.lastMs),
    reports: row.reports,
    texts: row.texts,
    firms,
  };
}

export function reportView(row: SpamReportRow): ReportView {
  const { id, recordedMs, receivedMs, fingerprint, certificate, number, relay, kind, reference, text } = row;
  return {
    report: id,
    recordedAt: timeText(recordedMs),
    ...(receivedMs !== null && { receivedAt: timeText(receivedMs) }),
    fingerprint,
    ...(certificate !== null && { certificate }),
    ...(number !== null && { number }),
    ...(relay !== null && { relay }),
    ...(kind !== null && { kind }),
    ...(reference !== null && { reference }),
    ...(text !== null && { text }),
  };
}

export function sightingView({ hourMs, certificate, fingerprint, source, texts }: SpamSightingRow): SightingView {
  return { hour: timeText(hourMs), certificate, fingerprint, source, texts };
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
