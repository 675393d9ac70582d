import { resolve } from 'node:path';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false } as const;

/** Where campaigns are found: at the certifier, as a rule. */
export const CampaignRules = Type.Object(
  {
    windowHours: Type.Integer({
      minimum: 1,
      maximum: 8_760,
      default: 72,
      description:
        'reports and texts of the last hours count; a campaign unreported and unseen for so long is forgotten',
    }),
    reportsMin: Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      default: 10,
      description: 'from so many reports a campaign proposes suspensions',
    }),
    firmTextsMin: Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      default: 1,
      description: 'a firm is involved from so many texts that passed a gate, or when a report names it',
    }),
    evidenceDays: Type.Integer({
      minimum: 0,
      maximum: 36_500,
      default: 90,
      description: 'how long reported texts are kept; 0 keeps none past its fingerprint',
    }),
  },
  { ...closed, description: 'take in reports and sightings, and find campaigns' },
);
export type CampaignRules = Static<typeof CampaignRules>;

/** Where a node sends its counts of passing texts. */
export const SightingsTarget = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', description: 'the node that finds campaigns' }),
    tokenFile: Type.String({ description: 'a token of that node with the role feed' }),
    intervalSeconds: Type.Integer({ minimum: 1, maximum: 3_600, default: 10 }),
  },
  { ...closed, description: 'count passing texts by fingerprint and send the counts there' },
);
export type SightingsTarget = Static<typeof SightingsTarget>;

export const SpamWatchConfig = Type.Object(
  { campaigns: Type.Optional(CampaignRules), sendTo: Type.Optional(SightingsTarget) },
  { ...closed, description: 'the spam watch' },
);
export type SpamWatchConfig = Static<typeof SpamWatchConfig>;

/** The configuration with its path made absolute: it is taken from the configuration file's folder. */
export function withAbsoluteToken({ sendTo, ...rest }: SpamWatchConfig, folder: string): SpamWatchConfig {
  return sendTo === undefined ? rest : { ...rest, sendTo: { ...sendTo, tokenFile: resolve(folder, sendTo.tokenFile) } };
}
