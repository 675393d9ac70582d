import type { Selectable } from 'kysely';

/** The tables of the spam watch. Of passing texts they hold fingerprints and counts, never what a text says. */
export interface SpamSchema {
  spamCampaigns: SpamCampaignTable;
  spamShapes: SpamShapeTable;
  spamReports: SpamReportTable;
  spamSightings: SpamSightingTable;
  spamProposals: SpamProposalTable;
}

/** Texts that are alike, whoever sent them. */
interface SpamCampaignTable {
  /** Year and serial number in one integer: see `case-number.ts`. */
  id: number;
  createdMs: number;
  firstMs: number;
  lastMs: number;
  reports: number;
  /** Texts that passed a gate. */
  texts: number;
  /** The campaign that this one turned out to be a part of. */
  mergedInto: number | null;
}

/** A fingerprint by which a campaign is known again. */
interface SpamShapeTable {
  fingerprint: string;
  campaignId: number;
}

/** What somebody reported. */
interface SpamReportTable {
  id: number;
  /** The same for a report that comes twice. */
  sameKey: string;
  recordedMs: number;
  recordedBy: string;
  receivedMs: number | null;
  fingerprint: string;
  campaignId: number;
  certificate: string | null;
  /** Private, as is the text: the number that the text truly came from. */
  number: string | null;
  relay: string | null;
  kind: string | null;
  reference: string | null;
  /** As it was reported, for as long as evidence is kept. */
  text: string | null;
}

/** How many texts of one look passed a member's gate in one hour, by firm. */
interface SpamSightingTable {
  fingerprint: string;
  certificate: string;
  hourMs: number;
  /** Who counted: the name of the feed's token. */
  source: string;
  campaignId: number;
  texts: number;
}

/** When a firm's suspension was last proposed for a campaign. */
interface SpamProposalTable {
  campaignId: number;
  certificate: string;
  proposedMs: number;
}

export type SpamCampaignRow = Selectable<SpamCampaignTable>;
export type SpamShapeRow = Selectable<SpamShapeTable>;
export type SpamReportRow = Selectable<SpamReportTable>;
export type SpamSightingRow = Selectable<SpamSightingTable>;
