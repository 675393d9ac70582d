import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance } from 'fastify';
import { clientKey } from '../base/client-address.ts';
import { requireTokens } from './access.ts';
import { Problem } from './answer-schemas.ts';
import { readBodies } from './bodies.ts';
import { caseRoutes } from './case-routes.ts';
import type { MemberApiDependencies, MemberApiOptions } from './dependencies.ts';
import { deviceRoutes } from './device-routes.ts';
import { lookUpRoutes } from './look-up-routes.ts';
import { endInTime, refuseBrokenRequest } from './connections.ts';
import { hintRoutes } from './hints.ts';
import {
  ADDRESSES_COUNTED_MAX,
  JSON_SIZE_MAX,
  KEEP_ALIVE_MS,
  PATH_PART_LENGTH_MAX,
  REQUEST_MS_MAX,
  REQUESTS_PER_MINUTE_MAX,
} from './limits.ts';
import { answerUnknownPaths } from './unknown-paths.ts';
import { logRoutes } from './log-routes.ts';
import { phoneRequestRoutes } from './pages/phone-request-routes.ts';
import { phoneRoutes } from './pages/phone-routes.ts';
import { PortalError } from './portal-fault.ts';
import { sendProblem } from './problems.ts';
import { publicRoutes } from './public-routes.ts';
import { userRoutes } from './sessions/user-routes.ts';
import { standingRoutes } from './standing-routes.ts';
import { supervisorRoutes } from './supervisor-routes.ts';
import { tokenRoutes } from './token-routes.ts';

/** The version of the API in `/openapi.json`; the paths' `/v1` changes only with what would break a caller. */
const API_VERSION = '1.0.0';

/**
 * A member's HTTP API: its desks under `/v1`, for holders of a token; health for anybody; and its log, the copies it keeps
 * and hints, where members have no listener of their own. It is ready to `listen` or `inject`; closing it ends the listeners.
 */
export async function createMemberApi(
  options: MemberApiOptions,
  dependencies: MemberApiDependencies,
): Promise<FastifyInstance> {
  const { log } = dependencies;
  const app = Fastify({
    logger: false,
    bodyLimit: JSON_SIZE_MAX,
    trustProxy: [...(options.trustedProxies ?? [])],
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: PATH_PART_LENGTH_MAX },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error, log),
    clientErrorHandler: refuseBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error, log));
  app.decorateRequest('holder', undefined);
  app.decorateRequest('session', undefined);
  app.decorateRequest('mayStill', undefined as never);
  app.decorateRequest('bodyHash', '');
  app.addSchema(Problem);
  logAnswers(app, dependencies);
  dependencies.refused.watch(app, dependencies);
  endInTime(app);
  readBodies(app);
  answerUnknownPaths(app, log);
  await limitRequests(app, options.requestsPerMinuteMax ?? REQUESTS_PER_MINUTE_MAX);
  await describeApi(app, options.member);
  if (options.openLog !== false) await app.register(logRoutes(options));
  await app.register(publicRoutes(dependencies));
  await app.register(phoneRoutes(options, dependencies));
  for (const routes of options.publicRoutes ?? []) await app.register(routes);
  if (options.openHints !== false) await app.register(hintRoutes((listener) => dependencies.subscribe(listener)));
  await app.register(
    async (desk) => {
      refuseNul(desk);
      requireTokens(desk, dependencies);
      await desk.register(caseRoutes(dependencies));
      await desk.register(supervisorRoutes(dependencies));
      await desk.register(deviceRoutes(options, dependencies));
      await desk.register(lookUpRoutes(dependencies));
      await desk.register(standingRoutes(dependencies));
      await desk.register(tokenRoutes(dependencies));
      await desk.register(userRoutes(dependencies));
      await desk.register(phoneRequestRoutes(dependencies));
      for (const routes of options.routes ?? []) await desk.register(routes);
    },
    { prefix: '/v1' },
  );
  await app.ready();
  return app;
}

/** Nothing that there is has a NUL in its name, and PostgreSQL does not even take the question. */
function refuseNul(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ url }) => {
    if (!url.includes('%00')) return;
    throw new PortalError({ code: 'REQUEST_MALFORMED', field: 'path', expected: 'no NUL, in the path or the query' });
  });
}

/** One line a request: the route, never the path or the query, which may name a person. */
function logAnswers(app: FastifyInstance, { log }: MemberApiDependencies): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const facts = { method, route: routeOptions.url ?? '-', status: reply.statusCode };
    log.debug({ ...facts, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
}

async function limitRequests(app: FastifyInstance, max: number): Promise<void> {
  await app.register(rateLimit, {
    max,
    timeWindow: 60_000,
    cache: ADDRESSES_COUNTED_MAX,
    keyGenerator: ({ ip }) => clientKey(ip),
    errorResponseBuilder: (_request, { ttl }) =>
      new PortalError({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: Math.ceil(ttl / 1_000) }),
  });
}

async function describeApi(app: FastifyInstance, member: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Bongsu: a member’s API',
        version: API_VERSION,
        description: `Every failure is a problem document (RFC 9457) with a stable \`code\`. A request that changes something may carry an Idempotency-Key: for 24 hours the same request under the same key has the same answer. This is the node of \`${member}\`.`,
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, place) => (typeof $id === 'string' ? $id : `schema-${place}`),
    },
  });
}
