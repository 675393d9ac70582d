import Type, { type Static, type TProperties } from 'typebox';
import { SERVICES } from './words.ts';

const DAY = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?$',
  description: 'a day (its beginning in UTC), or a time with its offset',
});
const closed = { additionalProperties: false } as const;
const COUNT_MAX = 1_000_000;

/** What holds from one day to another: rules change, and what was decided under the old ones stays decided. */
function dated<T extends TProperties>(properties: T) {
  return Type.Object({ from: DAY, until: Type.Optional(DAY), ...properties }, closed);
}

const Item = Type.Object(
  {
    item: Type.String({ pattern: '^[0-9]{1,2}\\.[0-9]{1,2}$', description: 'as 2.1' }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    services: Type.Array(Type.Enum([...SERVICES]), { minItems: 1, default: [...SERVICES] }),
    evidence: Type.Boolean({ default: true, description: 'whether it is met only with a file in force' }),
  },
  closed,
);

/** How many numbers a customer may have: so many, or as many as it has staff. */
const Cap = Type.Union([Type.Integer({ minimum: 0, maximum: COUNT_MAX }), Type.Literal('staff')], { default: 0 });
const Caps = Type.Object({ mobile: Cap, fixed: Cap }, { ...closed, default: {} });

/** The certification desk: all that a rule-maker may change stands here, with the days from and until which it holds. */
export const SenderDeskConfig = Type.Object(
  {
    certificatePrefix: Type.String({ pattern: '^[A-Z]{2,8}$', description: 'KS makes codes such as KS-2026-000001' }),
    originators: Type.Object(
      { first: Type.String({ pattern: '^[0-9]{9}$' }), last: Type.String({ pattern: '^[0-9]{9}$' }) },
      { ...closed, description: 'the originator codes that this desk assigns' },
    ),
    checklists: Type.Array(dated({ items: Type.Array(Item, { minItems: 1, maxItems: 100 }) }), { minItems: 1 }),
    periods: Type.Array(
      dated({
        validityDays: Type.Integer({ minimum: 1, maximum: 36_500 }),
        renewalWindowDays: Type.Integer({ minimum: 0, maximum: 36_500 }),
        reapplyAfterDays: Type.Integer({ minimum: 0, maximum: 36_500, default: 0 }),
      }),
      { minItems: 1 },
    ),
    numberCaps: Type.Array(
      dated({
        caps: Type.Object({ individual: Caps, foreigner: Caps, corporation: Caps }, closed),
      }),
      { minItems: 1 },
    ),
    sanctions: Type.Array(
      dated({
        permille: Type.Integer({ minimum: 1, maximum: 999, description: 'the reduced rate where nobody says another' }),
      }),
      { minItems: 1 },
    ),
  },
  { ...closed, description: 'certification of senders; only for a member with the role certifier' },
);
export type SenderDeskConfig = Static<typeof SenderDeskConfig>;
