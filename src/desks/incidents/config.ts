import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const Count = (name: { default: number; description: string }) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, ...name });

/** The incident desk of an operator: `desks.incidents` of a node's configuration. */
export const IncidentDeskConfig = Type.Object(
  {
    dutiesFile: Type.String({ description: 'the duties of the law with their clocks; examples/korea/duties.json' }),
    sender: Type.String({ pattern: '^[0-9]{3,15}$', description: 'the number that notices come from' }),
    contact: Type.String({
      pattern: '^[0-9][0-9 -]{1,30}$',
      description: 'the number that people call, at any hour: a number, never a link',
    }),
    texts: Type.Optional(
      Type.Object(
        {
          url: Type.Optional(
            Type.String({ pattern: '^https?://', description: 'a message gate; this node’s own without it' }),
          ),
          keyFile: Type.String({ description: 'holds the key of the account at the gate' }),
          originator: Type.Optional(Type.String({ pattern: '^[0-9]{9}$', description: 'the originator code' })),
        },
        { ...closed, description: 'how notices and codes go out; none do without it' },
      ),
    ),
    utcOffset: Type.String({ pattern: '^[+-][0-9]{2}:[0-9]{2}$', default: '+09:00' }),
    shops: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }), {
      default: [],
      maxItems: 10_000,
      description: 'where USIMs are kept',
    }),
    selfCheck: Type.Object(
      {
        codeSeconds: Type.Integer({ minimum: 30, maximum: 3_600, default: 600 }),
        codeWaitsSeconds: Type.Array(Type.Integer({ minimum: 1, maximum: 86_400 }), {
          default: [60, 300, 1_800, 3_600],
          minItems: 1,
          maxItems: 10,
          description: 'after each code of a line that nobody answers, before the next; after the last, that one again',
        }),
        checksPerAddressAndHourMax: Count({ default: 60, description: 'questions from one address in an hour' }),
        wrongCodesMax: Count({ default: 5, description: 'wrong codes before a check is over' }),
        answerMsMin: Type.Integer({ minimum: 0, maximum: 10_000, default: 300 }),
      },
      { ...closed, default: {} },
    ),
  },
  { ...closed, description: 'incidents, clocks, notices, self-check, remedies' },
);
export type IncidentDeskConfig = Static<typeof IncidentDeskConfig>;
