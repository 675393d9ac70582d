import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { listLookUps, LOOK_UPS_PAGE_MAX } from '../desks/decisions/look-up-list.ts';
import type { Store } from '../store/store.ts';
import { describe } from './describe.ts';

const TAG = 'supervisors';
const MOMENT = Type.String({ maxLength: 40, description: 'A time with its offset, or a day: its beginning in UTC.' });
const LookUpsQuery = Type.Object(
  {
    actor: Type.Optional(Type.String({ maxLength: 64 })),
    since: Type.Optional(MOMENT),
    until: Type.Optional(MOMENT),
    withoutCase: Type.Optional(Type.Boolean({ default: false, description: 'Only those that rested on no case.' })),
    before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LOOK_UPS_PAGE_MAX, default: 100 })),
  },
  { additionalProperties: false },
);
const LookUpList = Type.Object({
  lookUps: Type.Array(
    Type.Object({
      lookUp: Type.Integer(),
      at: Type.String(),
      actor: Type.String(),
      role: Type.String(),
      action: Type.String({ description: 'As the journal names it.' }),
      subject: Type.Optional(Type.String({ description: 'The number looked up, or `imsi-` and an IMSI.' })),
      case: Type.Optional(Type.String({ description: 'The case that was named, or the file that was opened.' })),
      withoutCase: Type.Boolean({ description: 'No case was named, or one that is no reason to look this person up.' }),
      refused: Type.Boolean(),
    }),
  ),
  next: Type.Optional(Type.Integer({ description: 'Ask for the page `before` this one.' })),
});

/** Who looked at whose data. */
export function lookUpRoutes({ store }: { readonly store: Store }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/look-ups', {
      config: { action: 'look-ups.read' },
      schema: {
        ...describe(TAG, 'Who looked at whose data, newest first', 200, LookUpList),
        querystring: LookUpsQuery,
      },
      handler: ({ query }) => store.read((tables) => listLookUps(tables, query)),
    });
  };
}
