import Type from 'typebox';

/** What the API answers. A property that is not here is not sent. */
const Result = {
  status: Type.String({ description: 'recorded, or duplicate' }),
  report: Type.Integer(),
  campaign: Type.String(),
};
export const ReportsAnswer = Type.Object({ reports: Type.Array(Type.Object(Result)) });

export const ReportFileAnswer = Type.Object({
  recorded: Type.Integer(),
  duplicates: Type.Integer(),
  refused: Type.Integer(),
  rows: Type.Array(
    Type.Object({
      row: Type.Integer(),
      line: Type.Integer(),
      status: Type.String({ description: 'recorded, duplicate or refused' }),
      report: Type.Optional(Type.Integer()),
      campaign: Type.Optional(Type.String()),
      fault: Type.Optional(Type.Object({ code: Type.String() }, { additionalProperties: true })),
    }),
  ),
});

export const SightingsAnswer = Type.Object({
  counted: Type.Integer({ description: 'Texts.' }),
  dropped: Type.Integer({ description: 'Texts for which there was no room.' }),
});

const Summary = {
  campaign: Type.String(),
  firstAt: Type.String(),
  lastAt: Type.String(),
  reports: Type.Integer(),
  texts: Type.Integer({ description: 'That passed a gate.' }),
  firms: Type.Array(
    Type.Object(
      { certificate: Type.String(), reports: Type.Integer(), texts: Type.Integer() },
      {
        description: 'Within the hours that count for a proposal.',
      },
    ),
  ),
};

export const CampaignPage = Type.Object({
  campaigns: Type.Array(Type.Object(Summary)),
  next: Type.Optional(Type.String({ description: 'The `before` of the next page.' })),
});

export const CampaignDetail = Type.Object({
  ...Summary,
  mergedInto: Type.Optional(Type.String()),
  fingerprints: Type.Array(Type.String()),
  proposed: Type.Array(Type.Object({ certificate: Type.String(), at: Type.String() })),
  sightings: Type.Array(
    Type.Object({
      hour: Type.String(),
      certificate: Type.String(),
      fingerprint: Type.String(),
      source: Type.String(),
      texts: Type.Integer(),
    }),
  ),
  reportList: Type.Array(
    Type.Object({
      report: Type.Integer(),
      recordedAt: Type.String(),
      receivedAt: Type.Optional(Type.String()),
      fingerprint: Type.String(),
      certificate: Type.Optional(Type.String()),
      number: Type.Optional(Type.String()),
      relay: Type.Optional(Type.String()),
      kind: Type.Optional(Type.String()),
      reference: Type.Optional(Type.String()),
      text: Type.Optional(Type.String()),
    }),
  ),
});
