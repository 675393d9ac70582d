import { randomBytes } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { readWord } from '../../desks/devices/fields.ts';
import type { Store } from '../../store/store.ts';
import { deskRequest } from '../access.ts';
import { describe } from '../describe.ts';
import { type Action, DESK_ROLES, mayDo, PERMISSIONS } from '../permissions.ts';
import { TOKEN_NAME } from '../tokens.ts';

const TAG = 'users';
/** Octets of a password that nobody chose: 144 bits, typed once. */
const PASSWORD_SIZE = 18;
const NAME = Type.String({ pattern: TOKEN_NAME.source, description: 'Stands in the journal. Given once.' });
const User = Type.Object({
  name: Type.String(),
  displayName: Type.String(),
  role: Type.String(),
  createdAt: Type.String(),
  createdBy: Type.String(),
  disabled: Type.Boolean(),
  hasSecondFactor: Type.Boolean(),
});
const MadeUser = Type.Object({
  ...User.properties,
  password: Type.Optional(Type.String({ description: 'Only where none was given. Shown once and kept nowhere.' })),
});
const UserBody = Type.Object(
  {
    name: NAME,
    role: Type.String({ maxLength: 40, description: `One of: ${DESK_ROLES.join(', ')}.` }),
    displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    email: Type.Optional(
      Type.String({ maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$', description: 'As the sign-in provider knows it.' }),
    ),
    password: Type.Optional(Type.String({ maxLength: 128, description: 'One is made where none is given.' })),
  },
  { additionalProperties: false },
);
const Me = Type.Object({
  name: Type.String(),
  displayName: Type.Optional(Type.String()),
  role: Type.String(),
  method: Type.Optional(Type.String({ description: 'How a session began; none for a token.' })),
  hasSecondFactor: Type.Optional(Type.Boolean()),
  may: Type.Array(Type.String(), { description: 'The actions that this role is given.' }),
});

/** Loaded at the first use: it brings the sign-in library, and few nodes that only gate ever name a user. */
const users = () => import('./users.ts');

/** Who may sign in at the pages, and who is. */
export function userRoutes(dependencies: { store: Store; clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/me', {
      config: { action: 'sessions.read' },
      schema: describe(TAG, 'Who asks, and what they may do', 200, Me),
      handler: (request, reply) => {
        void reply.header('cache-control', 'no-store');
        const { name, role } = request.holder!;
        const { displayName, method, hasSecondFactor } = request.session ?? {};
        const may = (Object.keys(PERMISSIONS) as Action[]).filter((action) => mayDo(role, action));
        return { name, role, may, ...(method && { displayName, method, hasSecondFactor }) };
      },
    });

    app.post('/users', {
      config: { action: 'users.change' },
      schema: { ...describe(TAG, 'Make a person who may sign in', 201, MadeUser), body: UserBody },
      handler: async (request, reply) => {
        const { password = randomBytes(PASSWORD_SIZE).toString('base64url'), ...rest } = request.body;
        const role = readWord(DESK_ROLES, rest.role, 'role');
        const { createUser } = await users();
        const user = await createUser({ ...rest, role, password }, deskRequest(request), dependencies);
        void reply.code(201).header('cache-control', 'no-store');
        return { ...user, ...(request.body.password === undefined && { password }) };
      },
    });

    app.get('/users', {
      config: { action: 'users.read' },
      schema: describe(TAG, 'List people who may sign in', 200, Type.Object({ users: Type.Array(User) })),
      handler: async () => ({ users: await (await users()).listUsers(dependencies) }),
    });

    app.delete('/users/:name', {
      config: { action: 'users.change' },
      schema: { ...describe(TAG, 'Shut a person out, at once', 200, User), params: Type.Object({ name: NAME }) },
      handler: async (request) => {
        const { disableUser } = await users();
        return disableUser(request.params.name, deskRequest(request), dependencies);
      },
    });
  };
}
