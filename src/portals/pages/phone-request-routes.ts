import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { deskRequest } from '../access.ts';
import type { MemberApiDependencies } from '../dependencies.ts';
import { describe } from '../describe.ts';
import { confirmRequest, declineRequest, listRequests, PHONE_REQUEST_STATES } from './phone-requests.ts';

const TAG = 'device cases';
const LIST_MAX = 200;
const REQUEST = Type.String({ maxLength: 20 });
const closed = { additionalProperties: false } as const;
const ListQuery = Type.Object(
  {
    state: Type.Optional(Type.String({ maxLength: 40, description: `One of: ${PHONE_REQUEST_STATES.join(', ')}.` })),
  },
  closed,
);
const TEXT = Type.String({ minLength: 1, maxLength: 200 });
const ConfirmBody = Type.Object(
  { rightChecked: TEXT, relation: Type.Optional(TEXT), policeReference: Type.Optional(TEXT) },
  { ...closed, description: 'How the person’s right was checked: identity card, contract …' },
);
const RequestList = Type.Object({
  waiting: Type.Integer(),
  requests: Type.Array(
    Type.Object({
      request: Type.String(),
      state: Type.String(),
      createdAt: Type.String(),
      imei: Type.String(),
      reason: Type.String(),
      name: Type.String(),
      contact: Type.String(),
      occurredOn: Type.Optional(Type.String()),
      note: Type.Optional(Type.String()),
      case: Type.Optional(Type.String()),
    }),
  ),
});
const Decided = Type.Object({ request: Type.String(), state: Type.String(), case: Type.Optional(Type.String()) });

/** Requests from the public page, as agents work through them. */
export function phoneRequestRoutes(dependencies: MemberApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/phone-requests', {
      config: { action: 'requests.read' },
      schema: {
        ...describe(TAG, 'List what people asked for on the public page', 200, RequestList),
        querystring: ListQuery,
      },
      handler: (request) =>
        listRequests({ state: request.query.state ?? 'waiting', limit: LIST_MAX }, deskRequest(request), dependencies),
    });

    app.post('/phone-requests/:request/confirm', {
      config: { action: 'requests.decide' },
      schema: {
        ...describe(TAG, 'Report the phone, its owner’s right being proven', 200, Decided),
        params: Type.Object({ request: REQUEST }),
        body: ConfirmBody,
      },
      handler: (request) => confirmRequest(request.params.request, request.body, deskRequest(request), dependencies),
    });

    app.post('/phone-requests/:request/decline', {
      config: { action: 'requests.decide' },
      schema: {
        ...describe(TAG, 'Close a request without a report', 200, Decided),
        params: Type.Object({ request: REQUEST }),
      },
      handler: (request) => declineRequest(request.params.request, deskRequest(request), dependencies),
    });
  };
}
