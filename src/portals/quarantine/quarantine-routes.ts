import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type, { type TProperties } from 'typebox';
import { PAGE_LENGTH_MAX, type QuarantineDesk } from '../../desks/quarantine/desk.ts';
import { deskRequest } from '../access.ts';
import { Entry } from '../answer-schemas.ts';
import { describe, describeChange } from '../describe.ts';

const TAG = 'quarantine';
const closed = { additionalProperties: false } as const;
const PAGE_LENGTH = 50;
const MEMBER = Type.String({ maxLength: 32 });
const INDEX = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const SUMMARY = {
  member: Type.String(),
  quarantined: Type.Integer({ description: 'Statements that nobody confirmed or struck.' }),
  from: Type.Optional(Type.Integer({ description: 'The index of the first of them.' })),
  to: Type.Optional(Type.Integer({ description: 'The index after the last of them.' })),
  since: Type.Optional(Type.String({ description: 'When the first was stated, by its issuer’s clock.' })),
  mayConfirm: Type.Boolean({ description: 'Whether this member’s role lets it confirm them.' }),
  mayStrike: Type.Boolean(),
};
const List = Type.Object({ members: Type.Array(Type.Object(SUMMARY)) });
const Detail = Type.Object({
  ...SUMMARY,
  until: Type.Optional(Type.String()),
  ranges: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
  rangesLeftOut: Type.Integer(),
  kinds: Type.Array(tally({ kind: Type.String() })),
  tacs: Type.Array(tally({ tac: Type.String() })),
  unread: Type.Integer({ description: 'Entries that this member cannot open.' }),
  countedTo: Type.Optional(Type.Integer({ description: 'From here on nothing was counted by kind and TAC.' })),
  statements: Type.Array(
    Type.Object({
      index: Type.Integer(),
      statedAt: Type.Optional(Type.String()),
      kind: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      imei: Type.Optional(Type.String()),
      tac: Type.Optional(Type.String()),
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
      cell: Type.Optional(Type.String()),
      certificate: Type.Optional(Type.String()),
      reference: Type.Optional(Type.String()),
    }),
  ),
  next: Type.Optional(Type.Integer({ description: 'Ask for the page `from` this index.' })),
});
const ActBody = Type.Object(
  {
    member: MEMBER,
    from: Type.Optional({ ...INDEX, description: 'The first index. Either this or `since`.' }),
    to: Type.Optional({ ...INDEX, description: 'The first index left alone; the end of the log as known now.' }),
    since: Type.Optional(
      Type.String({ maxLength: 40, description: 'From the first statement of this time on, by its issuer’s clock.' }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Count, and state nothing.' })),
  },
  closed,
);
const Act = Type.Object({
  member: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  inForce: tally({}),
  quarantined: tally({}),
  unread: Type.Integer({ description: 'Entries that this member cannot open: what they say is not counted.' }),
  countedTo: Type.Integer({ description: 'From here on nothing was counted; what is stated goes to `to`.' }),
  entry: Type.Optional(Entry),
});
const params = Type.Object({ member: MEMBER });
const querystring = Type.Object(
  {
    from: Type.Optional(INDEX),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LENGTH_MAX, default: PAGE_LENGTH })),
  },
  closed,
);

function tally<T extends TProperties>(more: T) {
  return Type.Object({
    ...more,
    statements: Type.Integer(),
    devices: Type.Integer({ description: 'A cell, a sender or a number counts as one.' }),
  });
}

/** What members state beyond their budgets: seen, confirmed, struck. */
export function quarantineRoutes({ desk }: { desk: QuarantineDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/quarantine', {
      config: { action: 'quarantine.read' },
      schema: describe(TAG, 'Every member, with what of it is quarantined', 200, List),
      handler: () => desk.list(),
    });

    app.get('/quarantine/:member', {
      config: { action: 'quarantine.open' },
      schema: { ...describe(TAG, 'What a member states beyond its budget, opened', 200, Detail), params, querystring },
      handler: (request) => {
        const { from, limit = PAGE_LENGTH } = request.query;
        return desk.show(request.params.member, { limit, ...(from !== undefined && { from }) }, deskRequest(request));
      },
    });

    app.post('/quarantine/confirmations', {
      config: { action: 'quarantine.decide' },
      schema: {
        ...describeChange(TAG, 'Bring quarantined statements into force (register, regulator)', 200, Act),
        body: ActBody,
      },
      handler: (request) => desk.confirm(request.body, deskRequest(request)),
    });

    app.post('/quarantine/strikes', {
      config: { action: 'quarantine.decide' },
      schema: {
        ...describeChange(TAG, 'End what a member stated in a range (register, regulator, the member)', 200, Act),
        body: ActBody,
      },
      handler: (request) => desk.strike(request.body, deskRequest(request)),
    });
  };
}
