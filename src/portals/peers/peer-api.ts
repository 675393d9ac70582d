import rateLimit from '@fastify/rate-limit';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Server, ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Log } from '../../base/log.ts';
import { Problem } from '../answer-schemas.ts';
import { endInTime, refuseBrokenRequest } from '../connections.ts';
import { hintRoutes } from '../hints.ts';
import {
  JSON_SIZE_MAX,
  KEEP_ALIVE_MS,
  PATH_PART_LENGTH_MAX,
  PEER_REQUESTS_PER_MINUTE_MAX,
  REQUEST_MS_MAX,
} from '../limits.ts';
import { logRoutes } from '../log-routes.ts';
import { PortalError } from '../portal-fault.ts';
import { sendProblem } from '../problems.ts';
import { answerUnknownPaths } from '../unknown-paths.ts';

const WINDOW_MS = 60_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The member that asks, on the listener for members; empty anywhere else. */
    peer: string;
  }
}

export interface PeerApiOptions {
  /** Certificate, key, and how callers are asked for theirs. */
  readonly server: ServerOptions;
  readonly logFolder: string;
  readonly mirrorsFolder: string;
  /** What else members ask of each other: witness, governance, proofs of two histories. */
  readonly routes: readonly FastifyPluginAsyncTypebox[];
  readonly requestsPerMinuteMax?: number;
}

export interface PeerApiDependencies {
  /** The active member at the other end of a connection; undefined for anybody else. */
  readonly memberOf: (socket: Socket) => string | undefined;
  /** Members whose requests are counted at one time. */
  readonly membersMax: number;
  /** Calls the listener with the log's size at each new checkpoint. @returns how to stop that */
  readonly subscribe: (listener: (size: number) => void) => () => void;
  readonly log: Log;
}

/** What members ask of each other, over TLS, and nobody else: whoever is no active member learns that and nothing more. */
export async function createPeerApi(
  options: PeerApiOptions,
  { memberOf, membersMax, subscribe, log }: PeerApiDependencies,
): Promise<FastifyInstance<Server>> {
  const app = Fastify({
    https: options.server,
    logger: false,
    bodyLimit: JSON_SIZE_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PATH_PART_LENGTH_MAX },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error, log),
    clientErrorHandler: refuseBrokenRequest,
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error, log));
  app.addSchema(Problem);
  app.decorateRequest('peer', '');
  app.addHook('onRequest', async (request, reply) => {
    const member = memberOf(request.raw.socket);
    if (member === undefined) {
      void reply.header('connection', 'close');
      throw new PortalError({ code: 'PEER_UNKNOWN' });
    }
    request.peer = member;
  });
  countRequests(app, options.requestsPerMinuteMax ?? PEER_REQUESTS_PER_MINUTE_MAX);
  endInTime(app);
  answerUnknownPaths(app, log);
  await limitRoutes(app, membersMax);
  await app.register(logRoutes(options));
  await app.register(hintRoutes(subscribe, peerOf));
  for (const routes of options.routes) await app.register(routes);
  await app.ready();
  return app as unknown as FastifyInstance<Server>;
}

/**
 * One count for everything that a member asks, paths that are none among it. By its name: several nodes of one member
 * share its limit, and several members behind one address do not.
 */
function countRequests(app: FastifyInstance, max: number): void {
  const counts = new Map<string, number>();
  const timer = setInterval(() => counts.clear(), WINDOW_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  app.addHook('onRequest', async ({ peer }) => {
    const count = (counts.get(peer) ?? 0) + 1;
    counts.set(peer, count);
    if (count > max) throw new PortalError({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: WINDOW_MS / 1_000 });
  });
}

/** What some routes take less of, by the member's name too. */
async function limitRoutes(app: FastifyInstance, membersMax: number): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: WINDOW_MS,
    cache: membersMax,
    keyGenerator: peerOf,
    errorResponseBuilder: (_request, { ttl }) =>
      new PortalError({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: Math.ceil(ttl / 1_000) }),
  });
}

function peerOf({ peer }: FastifyRequest): string {
  return peer;
}
