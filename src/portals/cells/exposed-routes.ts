import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CellDesk } from '../../desks/cells/desk.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { ExposedLists, PeopleAnswer, VersionAnswer } from './answers.ts';
import { ExposedBody, PeopleQuery, VersionParams } from './schemas.ts';

const TAG = 'exposed lists';

/** Whom distrusted cells have seen: version by version. */
export function exposedRoutes({ desk }: { desk: CellDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/exposed-lists', {
      config: { action: 'exposed.make' },
      schema: {
        ...describeChange(TAG, 'Make a list, or the next version of one, from distrusted cells', 201, VersionAnswer),
        body: ExposedBody,
      },
      handler: async (request, reply) => reply.code(201).send(await desk.makeList(request.body, deskRequest(request))),
    });

    app.get('/exposed-lists', {
      config: { action: 'exposed.read' },
      schema: describe(TAG, 'All lists and their versions, without anybody’s number', 200, ExposedLists),
      handler: async () => ({ lists: await desk.lists() }),
    });

    app.get('/exposed-lists/:list/versions/:version', {
      config: { action: 'exposed.read' },
      schema: {
        ...describe(TAG, 'One version, without anybody’s number', 200, VersionAnswer),
        params: VersionParams,
      },
      handler: ({ params: { list, version } }) => desk.version(list, version),
    });

    app.get('/exposed-lists/:list/versions/:version/people', {
      config: { action: 'exposed.people' },
      schema: {
        ...describe(TAG, 'A page of a version’s people; the journal notes who looked', 200, PeopleAnswer),
        params: VersionParams,
        querystring: PeopleQuery,
      },
      handler: (request) => {
        const { list, version } = request.params;
        const { offset = 0, limit = 500, changes = false } = request.query;
        return desk.people(list, { version, offset, limit, changes }, deskRequest(request));
      },
    });
  };
}
