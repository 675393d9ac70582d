import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { parseMemberName } from '../identifiers/member-name.ts';
import type { MemberApiOptions } from './dependencies.ts';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from './limits.ts';
import { LOG_FILE, LOG_FILES, sendLogFile } from './log-files.ts';
import { PortalError } from './portal-fault.ts';

/** In the description: no token is asked for. */
const PUBLIC = { tags: ['public'], security: [] };

/** This member's log and its copies of the others': their bodies are sealed, or no secret. */
export function logRoutes({
  logFolder,
  mirrorsFolder,
}: Pick<MemberApiOptions, 'logFolder' | 'mirrorsFolder'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(fastifyStatic, { root: logFolder, ...LOG_FILES });
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };

    app.get<{ Params: { '*': string } }>('/log/*', {
      config,
      schema: { ...PUBLIC, summary: 'This member’s log (C2SP tlog-tiles)', response: LOG_FILE },
      handler: (request, reply) => sendLogFile(reply, logFolder, request.params['*']),
    });

    app.get<{ Params: { member: string; '*': string } }>('/mirrors/:member/*', {
      config,
      schema: { ...PUBLIC, summary: 'This node’s copy of another member’s log', response: LOG_FILE },
      handler: (request, reply) => {
        const member = parseMemberName(request.params.member);
        if (member instanceof Fault) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return sendLogFile(reply, join(mirrorsFolder, member), request.params['*']);
      },
    });
  };
}
