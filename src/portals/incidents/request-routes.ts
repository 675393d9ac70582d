import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { IncidentDesk } from '../../desks/incidents/desk.ts';
import type { RequestDesk } from '../../desks/incidents/request-desk.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange, PROBLEM } from '../describe.ts';
import * as schema from './request-schemas.ts';

const TAG = 'incident requests';
const { RequestParams: params } = schema;
const LETTER_TYPES = { html: 'text/html; charset=utf-8', text: 'text/plain; charset=utf-8' } as const;
const LETTER = {
  description: 'The letter',
  content: {
    'text/html': { schema: Type.Any({ description: 'A page to be printed' }) },
    'text/plain': { schema: Type.Any({ description: 'The same as text' }) },
  },
};
/** A letter fetches nothing and runs nothing. */
const LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** What people concerned ask for at the desk, shops' stock, and looking lines up. */
export function requestRoutes({
  desk,
  requests,
}: {
  desk: IncidentDesk;
  requests: RequestDesk;
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/incident-requests', {
      config: { action: 'incident-requests.take' },
      schema: {
        ...describeChange(
          TAG,
          'Ask for a USIM, or report damage, for a person or with a proxy',
          201,
          schema.RequestAnswer,
        ),
        body: schema.TakeBody,
      },
      handler: async (request, reply) => {
        const answer = await requests.take(request.body, deskRequest(request));
        return reply.code(201).header('location', `/v1/incident-requests/${answer.request}`).send(answer);
      },
    });

    app.get('/incident-requests/:request', {
      config: { action: 'incident-requests.take' },
      schema: { ...describe(TAG, 'Show a request, private fields included', 200, schema.RequestDetail), params },
      handler: (request) => requests.show(request.params.request, deskRequest(request)),
    });

    app.post('/incident-requests/:request/events', {
      config: { action: 'incident-requests.take' },
      schema: {
        ...describeChange(TAG, 'Say what happened to a request', 200, schema.RequestAnswer),
        params,
        body: schema.EventBody,
      },
      handler: (request) => requests.advance(request.params.request, request.body.event, deskRequest(request)),
    });

    app.post('/incident-requests/:request/judgement', {
      config: { action: 'incident-requests.judge' },
      schema: {
        ...describeChange(TAG, 'Judge a damage report; what is fraudulent is given back', 200, schema.RequestAnswer),
        params,
        body: schema.EventBody,
      },
      handler: (request) => requests.judge(request.params.request, request.body.event, deskRequest(request)),
    });

    app.get('/incident-requests/:request/letter', {
      config: { action: 'incident-requests.take' },
      schema: {
        tags: [TAG],
        summary: 'A letter about a request, to be printed',
        params,
        querystring: schema.LetterQuery,
        response: { 200: LETTER, default: PROBLEM },
      },
      handler: async (request, reply) => {
        const { format = 'html' } = request.query;
        const letter = await requests.letter(request.params.request, deskRequest(request));
        void reply.header('content-security-policy', LETTER_POLICY).header('cache-control', 'no-store');
        return reply.type(LETTER_TYPES[format]).send(letter[format]);
      },
    });

    app.post('/usim-stock', {
      config: { action: 'incident-requests.take' },
      schema: { ...describeChange(TAG, 'Bring USIMs into a shop', 200, schema.StockAnswer), body: schema.StockBody },
      handler: (request) => requests.addStock(request.body, deskRequest(request)),
    });

    app.get('/usim-stock', {
      config: { action: 'incident-requests.take' },
      schema: describe(TAG, 'What each shop has left', 200, schema.StockList),
      handler: () => requests.stock(),
    });

    app.post('/line-look-ups', {
      config: { action: 'lines.look-up' },
      schema: {
        ...describe(TAG, 'Look a line up; who does is kept', 200, schema.LookUpAnswer),
        body: schema.LookUpBody,
      },
      handler: (request) => desk.lookUp(request.body, deskRequest(request)),
    });
  };
}
