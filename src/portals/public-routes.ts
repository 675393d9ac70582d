import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { parseMemberName } from '../identifiers/member-name.ts';
import { CHECKPOINT_PATH, parseTilePath } from '../ledger/layout.ts';
import { MemberList } from './answer-schemas.ts';
import type { MemberApiDependencies, MemberApiOptions } from './dependencies.ts';
import { describe, PROBLEM } from './describe.ts';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from './limits.ts';
import { PortalError } from './portal-fault.ts';

const TAG = 'public';
/** In the description: no token is asked for. */
const PUBLIC = { tags: [TAG], security: [] };
const Health = Type.Object({ ok: Type.Boolean() }, { additionalProperties: true });
/** In the description of what is served as it lies on the disk. */
const FILE = {
  200: {
    description: 'The file',
    content: {
      'application/octet-stream': { schema: Type.Any({ description: 'A tile or an entry bundle' }) },
      'text/plain': { schema: Type.Any({ description: 'The checkpoint, a signed note' }) },
    },
  },
  default: PROBLEM,
};
/** A tile never changes: a log that grows makes another one. One that is not there yet is told to no cache. */
const FOR_EVER = { cacheControl: true, maxAge: '1y', immutable: true } as const;
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What anybody may read: the logs, which are sealed or no secret, and how this node does. */
export function publicRoutes(
  { logFolder, mirrorsFolder }: MemberApiOptions,
  { members, health, metrics }: MemberApiDependencies,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(fastifyStatic, {
      root: logFolder,
      serve: false,
      cacheControl: false,
      etag: false,
      lastModified: false,
    });
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };

    app.get<{ Params: { '*': string } }>('/log/*', {
      config,
      schema: { ...PUBLIC, summary: 'This member’s log (C2SP tlog-tiles)', response: FILE },
      handler: (request, reply) => sendLogFile(reply, logFolder, request.params['*']),
    });

    app.get<{ Params: { member: string; '*': string } }>('/mirrors/:member/*', {
      config,
      schema: { ...PUBLIC, summary: 'This node’s copy of another member’s log', response: FILE },
      handler: (request, reply) => {
        const member = parseMemberName(request.params.member);
        if (member instanceof Fault) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return sendLogFile(reply, join(mirrorsFolder, member), request.params['*']);
      },
    });

    app.get('/v1/members', {
      config,
      schema: {
        ...describe(TAG, 'Who takes part, and how far this node has verified each log', 200, MemberList),
        ...PUBLIC,
      },
      handler: () => ({
        members: members().map(({ name, roles, size, verifiedAtMs, fault }) => ({
          name,
          roles,
          size,
          ...(verifiedAtMs !== undefined && { verifiedAt: new Date(verifiedAtMs).toISOString() }),
          ...(fault !== undefined && { fault }),
        })),
      }),
    });

    app.get('/healthz', {
      config,
      schema: { ...PUBLIC, summary: 'Whether this node does its work', response: { 200: Health, 503: Health } },
      handler: (_request, reply) => {
        const state = health();
        void reply.code(state.ok ? 200 : 503).header('cache-control', 'no-store');
        return state;
      },
    });

    app.get('/metrics', {
      config,
      schema: { ...PUBLIC, summary: 'Counters and gauges, as Prometheus text' },
      handler: async (_request, reply) => reply.type(PROMETHEUS_TEXT).send(await metrics()),
    });

    app.get('/openapi.json', {
      config,
      schema: { ...PUBLIC, summary: 'This description' },
      handler: () => app.swagger(),
    });
  };
}

/**
 * Serves a log's checkpoint and tiles (tlog-tiles), and no other file of the folder: a path is one that the layout would
 * write, or there is nothing.
 */
async function sendLogFile(reply: FastifyReply, folder: string, path: string): Promise<FastifyReply> {
  if (path === CHECKPOINT_PATH) return sendCheckpoint(reply, folder);
  if (parseTilePath(path) instanceof Fault) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
  return reply.type('application/octet-stream').sendFile(path, folder, { contentType: false, ...FOR_EVER });
}

/** It is replaced at any moment by one of another length, so it is read whole before its length is told. */
async function sendCheckpoint(reply: FastifyReply, folder: string): Promise<FastifyReply> {
  let note: Buffer;
  try {
    note = await readFile(join(folder, CHECKPOINT_PATH));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new PortalError({ code: 'ROUTE_UNKNOWN' }, { cause });
  }
  return reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(note);
}
