import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Exchange } from '../../exchange/exchange.ts';
import type { Runner } from '../../exchange/running.ts';
import { LIST_SIZE_MAX } from '../../exchange/spool.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange, PROBLEM } from '../describe.ts';
import { PortalError } from '../portal-fault.ts';
import * as schemas from './schemas.ts';

const TAG = 'exchange';
const OCTETS = 'application/octet-stream';

/** Lists from and for registers that are not members, and what of them a person has to decide. */
export function exchangeRoutes(parts: { exchange: Exchange; runner: Runner }): FastifyPluginAsyncTypebox {
  return async (app) => {
    // A list may have millions of lines: it is never held whole.
    app.addContentTypeParser(OCTETS, { bodyLimit: LIST_SIZE_MAX }, (_request, payload, done) => done(null, payload));
    await app.register(registerRoutes(parts));
    await app.register(fileRoutes(parts));
    await app.register(conflictRoutes(parts));
  };
}

function registerRoutes({ exchange, runner }: { exchange: Exchange; runner: Runner }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/exchange/registers', {
      config: { action: 'exchange.read' },
      schema: describe(TAG, 'Registers with which lists are exchanged', 200, schemas.ExchangeRegisters),
      handler: () => ({ registers: [...exchange.registers.values()].map(registerView) }),
    });

    app.post('/exchange/registers/:register/lists', {
      bodyLimit: LIST_SIZE_MAX,
      config: { action: 'exchange.change' },
      schema: {
        ...describe(TAG, 'Give a list in; it is taken afterwards', 202, schemas.ExchangeFile),
        params: schemas.RegisterParams,
        querystring: schemas.ListQuery,
        body: { content: { [OCTETS]: { schema: schemas.Octets } } },
      },
      handler: async (request, reply) => {
        const { name, acceptShrink = false } = request.query;
        const origin = { name, acceptShrink };
        const source = octetsOf(request.body);
        const answer = await exchange.receive(request.params.register, source, origin, deskRequest(request));
        return reply.code(202).send(answer);
      },
    });

    app.post('/exchange/registers/:register/answers', {
      bodyLimit: LIST_SIZE_MAX,
      config: { action: 'exchange.change' },
      schema: {
        ...describe(TAG, 'Give in a register’s answer to a list of ours', 200, schemas.ExchangeFile),
        params: schemas.RegisterParams,
        querystring: schemas.AnswerQuery,
        body: { content: { [OCTETS]: { schema: schemas.Octets } } },
      },
      handler: (request) => {
        const { register } = request.params;
        return exchange.receiveAnswer(register, octetsOf(request.body), request.query, deskRequest(request));
      },
    });

    app.post('/exchange/registers/:register/given', {
      config: { action: 'exchange.change' },
      schema: {
        ...describeChange(TAG, 'Make a list of this member’s own standing statements', 201, schemas.GivenList),
        params: schemas.RegisterParams,
        body: schemas.GiveBody,
      },
      handler: async (request, reply) =>
        reply.code(201).send(await exchange.give(request.params.register, request.body.kind, deskRequest(request))),
    });

    app.post('/exchange/registers/:register/runs', {
      config: { action: 'exchange.change' },
      schema: {
        ...describe(TAG, 'Fetch from the register’s server, and deliver there', 200, schemas.RunReport),
        params: schemas.RegisterParams,
      },
      handler: (request) => runner.run(request.params.register, deskRequest(request)),
    });

    app.get('/exchange/registers/:register/refused', {
      config: { action: 'exchange.read' },
      schema: {
        ...describe(TAG, 'Statements of ours that the register refused', 200, schemas.RefusedLines),
        params: schemas.RegisterParams,
      },
      handler: async (request) => ({ lines: await exchange.refusedLines(request.params.register) }),
    });
  };
}

function fileRoutes({ exchange }: { exchange: Exchange }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/exchange/lists', {
      config: { action: 'exchange.read' },
      schema: {
        ...describe(TAG, 'Lists that came and went, newest first', 200, schemas.ExchangeFiles),
        querystring: schemas.FilesQuery,
      },
      handler: async (request) => ({ files: await exchange.files(request.query) }),
    });

    app.get('/exchange/lists/:file', {
      config: { action: 'exchange.read' },
      schema: { ...describe(TAG, 'How a list stands', 200, schemas.ExchangeFile), params: schemas.FileParams },
      handler: (request) => exchange.file(request.params.file),
    });

    app.get('/exchange/lists/:file/lines', {
      config: { action: 'exchange.read' },
      schema: {
        ...describe(TAG, 'Lines that were refused or had no effect', 200, schemas.ExchangeLines),
        params: schemas.FileParams,
        querystring: schemas.PageQuery,
      },
      handler: async (request) => ({ lines: await exchange.lines(request.params.file, request.query) }),
    });

    app.get('/exchange/lists/:file/octets', {
      config: { action: 'exchange.change' },
      schema: {
        tags: [TAG],
        summary: 'A list that is ready to be delivered',
        params: schemas.FileParams,
        response: {
          200: { description: 'The list', content: { [OCTETS]: { schema: schemas.Octets } } },
          default: PROBLEM,
        },
      },
      handler: async (request, reply) => {
        const path = await exchange.outgoing(request.params.file, deskRequest(request));
        return reply.type(OCTETS).send(createReadStream(path));
      },
    });
  };
}

function conflictRoutes({ exchange }: { exchange: Exchange }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/exchange/conflicts', {
      config: { action: 'exchange.read' },
      schema: {
        ...describe(TAG, 'What lists say and somebody has to decide', 200, schemas.ExchangeConflicts),
        querystring: schemas.ConflictsQuery,
      },
      handler: async (request) => ({ conflicts: await exchange.conflicts(request.query) }),
    });

    app.post('/exchange/conflicts/:conflict/resolution', {
      config: { action: 'exchange.change' },
      schema: {
        ...describeChange(TAG, 'Decide a conflict', 200, schemas.ConflictResolved),
        params: schemas.ConflictParams,
        body: schemas.ResolutionBody,
      },
      handler: (request) => exchange.resolve(request.params.conflict, request.body.resolution, deskRequest(request)),
    });
  };
}

function octetsOf(body: unknown): Readable {
  // What came as JSON or CSV was read whole by another parser.
  if (typeof body === 'object' && body !== null && 'pipe' in body) return body as Readable;
  throw new PortalError({ code: 'MEDIA_TYPE_UNKNOWN', expected: OCTETS });
}

function registerView({
  name,
  table,
  organisation,
  sender,
  sftp,
  give,
  everySeconds,
}: ReturnType<Exchange['register']>) {
  return {
    register: name,
    format: table.name,
    organisation,
    sender,
    connected: sftp !== undefined,
    gives: give,
    ...(everySeconds !== undefined && { everySeconds }),
  };
}
