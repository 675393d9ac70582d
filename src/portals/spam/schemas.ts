import Type from 'typebox';
import { REPORTS_PER_REQUEST_MAX } from '../../watchers/spam/spam-line.ts';
import { REPORT_TEXT_LENGTH_MAX, REPORT_WORD_LENGTH_MAX } from '../../watchers/spam/report.ts';
import { SIGHTINGS_PER_REQUEST_MAX } from '../../watchers/spam/sighting.ts';

const closed = { additionalProperties: false } as const;
const CERTIFICATE = Type.String({ maxLength: 20, examples: ['KS-2026-000001'] });
const TIME = Type.String({ maxLength: 40, examples: ['2026-11-22T17:30:00+09:00'] });
const WORD = Type.String({ maxLength: REPORT_WORD_LENGTH_MAX });
const CAMPAIGN = Type.String({ maxLength: 20, examples: ['M-2026-000017'] });
const COUNT_MAX = 1_000_000_000;

const Report = Type.Object(
  {
    text: Type.String({ maxLength: REPORT_TEXT_LENGTH_MAX, description: 'As it was received.' }),
    number: Type.Optional(Type.String({ maxLength: 32, description: 'The number that it truly came from; private.' })),
    certificate: Type.Optional(CERTIFICATE),
    originator: Type.Optional(
      Type.String({ maxLength: 9, description: 'The firm’s originator code, where its certificate is not known.' }),
    ),
    relay: Type.Optional(WORD),
    kind: Type.Optional(WORD),
    receivedAt: Type.Optional(TIME),
    reference: Type.Optional(WORD),
  },
  closed,
);

export const ReportsBody = Type.Object(
  { reports: Type.Array(Report, { minItems: 1, maxItems: REPORTS_PER_REQUEST_MAX }) },
  closed,
);

export const ReportFileQuery = Type.Object(
  {
    partial: Type.Optional(
      Type.Boolean({ default: false, description: 'Record the right rows though others are wrong.' }),
    ),
  },
  closed,
);
/** Its octets are read by the watch, so no schema judges them. */
export const ReportFile = Type.Any({ description: 'CSV in UTF-8 with a header of known columns: docs/spam.md' });

export const SightingsBody = Type.Object(
  {
    sightings: Type.Array(
      Type.Object(
        {
          fingerprint: Type.String({ pattern: '^(?!0{16}$)[0-9a-f]{16}$' }),
          certificate: Type.String({ pattern: '^[A-Z]{2,8}-[0-9]{4}-[0-9]{6}$' }),
          hour: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00(\\.000)?Z$' }),
          texts: Type.Integer({ minimum: 1, maximum: COUNT_MAX }),
        },
        closed,
      ),
      { minItems: 1, maxItems: SIGHTINGS_PER_REQUEST_MAX },
    ),
  },
  closed,
);

export const CampaignParams = Type.Object({ campaign: CAMPAIGN });
export const CampaignQuery = Type.Object(
  {
    before: Type.Optional(CAMPAIGN),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    textsMin: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: COUNT_MAX,
        description: 'List campaigns that nobody reported too, from so many texts: 100 without it.',
      }),
    ),
  },
  closed,
);
export const CampaignDetailQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Reports after it.' }),
    ),
    texts: Type.Optional(
      Type.Boolean({ default: false, description: 'With the reported texts, where they are kept.' }),
    ),
  },
  closed,
);
