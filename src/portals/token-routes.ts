import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Clock } from '../base/clock.ts';
import { readWord } from '../desks/devices/fields.ts';
import type { Store } from '../store/store.ts';
import { deskRequest } from './access.ts';
import { TokenAnswer, TokenList, TokenSecret } from './answer-schemas.ts';
import { describe, describeChange } from './describe.ts';
import { DESK_ROLES } from './permissions.ts';
import { createToken, listTokens, revokeToken, TOKEN_NAME } from './tokens.ts';

const TAG = 'tokens';
const NAME = Type.String({
  pattern: TOKEN_NAME.source,
  description: 'Stands in the journal: name the desk or the person. Given once.',
});
const TokenBody = Type.Object(
  { name: NAME, role: Type.String({ maxLength: 40, description: `One of: ${DESK_ROLES.join(', ')}.` }) },
  { additionalProperties: false },
);

/** Who may use this desk. */
export function tokenRoutes(dependencies: { store: Store; clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/tokens', {
      config: { action: 'tokens.change' },
      schema: { ...describeChange(TAG, 'Make a token', 201, TokenSecret), body: TokenBody },
      handler: async (request, reply) => {
        const { name } = request.body;
        const role = readWord(DESK_ROLES, request.body.role, 'role');
        const token = await createToken({ name, role }, deskRequest(request), dependencies);
        return reply.code(201).header('cache-control', 'no-store').send({ name, role, token });
      },
    });

    app.get('/tokens', {
      config: { action: 'tokens.read' },
      schema: describe(TAG, 'List tokens, in force and revoked', 200, TokenList),
      handler: async () => ({ tokens: await listTokens(dependencies) }),
    });

    app.delete('/tokens/:name', {
      config: { action: 'tokens.change' },
      schema: { ...describe(TAG, 'Revoke a token', 200, TokenAnswer), params: Type.Object({ name: NAME }) },
      handler: (request) => revokeToken(request.params.name, deskRequest(request), dependencies),
    });
  };
}
