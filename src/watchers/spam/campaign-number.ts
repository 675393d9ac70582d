import { CASE_LETTERS, caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import { SpamError } from './spam-fault.ts';

/** The number that people use: `M-2026-000017`. */
export function campaignNumber(id: number): string {
  return caseNumber(id, CASE_LETTERS.campaign);
}

/** @throws SpamError CAMPAIGN_UNKNOWN */
export function readCampaignNumber(text: string): number {
  const id = parseCaseNumber(text, CASE_LETTERS.campaign);
  if (id === undefined) throw new SpamError({ code: 'CAMPAIGN_UNKNOWN' });
  return id;
}
