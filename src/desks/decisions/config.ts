import Type, { type Static } from 'typebox';
import { LOOK_UP_LIMITS } from './look-ups.ts';

const closed = { additionalProperties: false } as const;

/** `desks.lookUps` of a node's configuration. */
export const LookUpConfig = Type.Object(
  {
    withoutCasePerHourMax: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: LOOK_UP_LIMITS.withoutCasePerHourMax,
      description: 'look-ups of people without a case that one person has in an hour',
    }),
    withCasePerHourMax: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: LOOK_UP_LIMITS.withCasePerHourMax,
      description: 'look-ups for a case in an hour, and as many different files opened',
    }),
  },
  { ...closed, default: {}, description: 'how many people one person may look up' },
);
export type LookUpConfig = Static<typeof LookUpConfig>;
