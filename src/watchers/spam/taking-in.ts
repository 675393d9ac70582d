import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Decision } from '../../desks/decisions/decision.ts';
import type { SpamReportRow, SpamSightingRow } from '../../store/spam/schema.ts';
import { campaignNumber } from './campaign-number.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { SpamReport } from './report.ts';
import { type Sighting, sightingKey } from './sighting.ts';

/** Looking for near fingerprints takes a moment: after so many, others have their turn. */
const PLACED_IN_A_TURN = 32;

/** What became of one report. A duplicate has the number of the report that it repeats. */
export interface ReportResult {
  readonly status: 'recorded' | 'duplicate';
  readonly report: number;
  readonly campaign: string;
}

/** What a transaction did, and the campaigns that it changed. */
export interface TakenIn<T> {
  readonly answer: T;
  readonly campaigns: readonly number[];
}

/** Records reports, each once, and puts each into its campaign. */
export async function takeReports(
  { tables, request, nowMs }: Decision,
  reports: readonly SpamReport[],
  { book, keepsText }: { book: CampaignBook; keepsText: boolean },
): Promise<TakenIn<ReportResult[]>> {
  const known = await tables.spam.reports.known(reports.map(({ sameKey }) => sameKey));
  const placing = book.open(tables, nowMs);
  const placed: { report: SpamReport; id: number; campaignId: number }[] = [];
  const found: { status: ReportResult['status']; id: number; campaignId: number }[] = [];
  const firstId = await tables.spam.reports.nextId();
  for (const [place, report] of reports.entries()) {
    if (place % PLACED_IN_A_TURN === 0) await nextTurn();
    const before = known.get(report.sameKey);
    if (before !== undefined) {
      found.push({ status: 'duplicate', ...before });
      continue;
    }
    const campaignId = await placing.placeReport(report, report.receivedMs ?? nowMs);
    const recorded = { id: firstId + placed.length, campaignId };
    placed.push({ report, ...recorded });
    known.set(report.sameKey, recorded);
    found.push({ status: 'recorded', ...recorded });
  }
  await placing.finish();
  // A later report may have made one campaign of two.
  const given = { recordedMs: nowMs, recordedBy: request.actor, keepsText };
  const rows = placed.map(({ report, id, campaignId }) =>
    rowOf(report, { id, campaignId: placing.now(campaignId), ...given }),
  );
  await tables.spam.reports.add(rows);
  const results = found.map(({ status, id, campaignId }) => ({
    status,
    report: id,
    campaign: campaignNumber(placing.now(campaignId)),
  }));
  return { answer: results, campaigns: placing.campaigns };
}

/** Adds counts of passing texts. @returns how many texts were counted, and how many found no room */
export async function takeSightings(
  { tables, request, nowMs }: Decision,
  sightings: readonly Sighting[],
  { book }: { book: CampaignBook },
): Promise<TakenIn<{ counted: number; dropped: number }>> {
  const placing = book.open(tables, nowMs);
  const rows = new Map<string, SpamSightingRow>();
  let dropped = 0;
  for (const [place, sighting] of sightings.entries()) {
    if (place % PLACED_IN_A_TURN === 0) await nextTurn();
    const campaignId = await placing.placeSighting(sighting.fingerprint, sighting);
    if (campaignId === undefined) {
      dropped += sighting.texts;
      continue;
    }
    const key = sightingKey(sighting);
    const texts = (rows.get(key)?.texts ?? 0) + sighting.texts;
    rows.set(key, { ...sighting, texts, source: request.actor, campaignId });
  }
  await placing.finish();
  await tables.spam.sightings.add([...rows.values()]);
  const counted = sightings.reduce((sum, { texts }) => sum + texts, 0) - dropped;
  return { answer: { counted, dropped }, campaigns: placing.campaigns };
}

function rowOf(
  { text, fingerprint, sameKey, certificate, number, relay, kind, reference, receivedMs }: SpamReport,
  {
    keepsText,
    ...given
  }: { id: number; campaignId: number; recordedMs: number; recordedBy: string; keepsText: boolean },
): SpamReportRow {
  return {
    ...given,
    sameKey,
    fingerprint,
    receivedMs: receivedMs ?? null,
    certificate: certificate ?? null,
    number: number ?? null,
    relay: relay ?? null,
    kind: kind ?? null,
    reference: reference ?? null,
    text: keepsText ? text : null,
  };
}
