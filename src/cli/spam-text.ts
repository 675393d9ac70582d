import type { ImportAnswer, RowResult } from '../watchers/spam/importing.ts';
import type { ReportResult } from '../watchers/spam/taking-in.ts';
import type { CampaignSummary, CampaignView, ReportView } from '../watchers/spam/views.ts';
import { faultText, properties, table, timeText } from './text.ts';

export function reportsText(reports: readonly ReportResult[]): string {
  const rows = reports.map(({ report, status, campaign }) => [report.toString(), status, campaign]);
  return table(['report', 'result', 'campaign'], rows);
}

export function spamImportText({ recorded, duplicates, refused, rows }: ImportAnswer): string {
  return [`${recorded} recorded, ${duplicates} known already, ${refused} refused`, spamRowTable(rows)].join('\n');
}

export function spamRowTable(rows: readonly RowResult[]): string {
  const cells = rows.map(({ row, line, status, campaign = '', fault }) => [
    row.toString(),
    line.toString(),
    status,
    campaign,
    fault === undefined ? '' : faultText(fault),
  ]);
  return table(['row', 'line', 'result', 'campaign', 'why'], cells);
}

export function campaignsText(campaigns: readonly CampaignSummary[]): string {
  const rows = campaigns.map(({ campaign, firstAt, lastAt, reports, texts, firms }) => [
    campaign,
    reports.toString(),
    texts.toString(),
    firms.length.toString(),
    timeText(firstAt),
    timeText(lastAt),
  ]);
  return table(['campaign', 'reports', 'texts', 'firms', 'first', 'last'], rows);
}

export function campaignText(view: CampaignView): string {
  const about = properties({
    campaign: view.campaign,
    'part of': view.mergedInto,
    reports: view.reports.toString(),
    'texts passed': view.texts.toString(),
    first: timeText(view.firstAt),
    last: timeText(view.lastAt),
    fingerprints: view.fingerprints.length.toString(),
  });
  const proposed = new Map(view.proposed.map(({ certificate, at }) => [certificate, timeText(at)]));
  const firms = view.firms.map(({ certificate, reports, texts }) => [
    certificate,
    reports.toString(),
    texts.toString(),
    proposed.get(certificate) ?? '',
  ]);
  const parts = [about, table(['firm', 'reports', 'texts', 'suspension proposed'], firms)];
  if (view.reportList.length > 0) parts.push(reportTable(view.reportList));
  return parts.join('\n\n');
}

function reportTable(reports: readonly ReportView[]): string {
  const rows = reports.map(({ report, recordedAt, certificate = '', kind = '', fingerprint, text = '' }) => [
    report.toString(),
    timeText(recordedAt),
    certificate,
    kind,
    fingerprint,
    text,
  ]);
  return table(['report', 'recorded', 'firm', 'kind', 'fingerprint', 'text'], rows);
}
