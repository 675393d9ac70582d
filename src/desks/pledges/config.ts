import Type, { type Static } from 'typebox';

export const PledgesConfig = Type.Object(
  {
    catalogueFile: Type.String({ description: 'pledges with owner, measure, due date and evidence: docs/pledges.md' }),
    utcOffset: Type.String({
      pattern: '^[+-](0[0-9]|1[0-4]):[0-5][0-9]$',
      default: '+09:00',
      description: 'in which days and quarters are counted',
    }),
  },
  { additionalProperties: false, description: 'what this member has promised, and how it is kept' },
);
export type PledgesConfig = Static<typeof PledgesConfig>;
