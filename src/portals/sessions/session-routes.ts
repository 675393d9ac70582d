import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PortalError } from '../portal-fault.ts';
import { SIGN_IN_PATH } from './auth.ts';
import { SessionError } from './session-fault.ts';
import type { Sessions } from './sessions.ts';

/** Attempts to sign in from one address in a minute, and under one name in a quarter of an hour. */
export const SIGN_INS_PER_MINUTE_MAX = 20;
export const SIGN_INS_PER_NAME_MAX = 10;
const NAME_WINDOW_MS = 15 * 60_000;

/** What of the sign-in library is reachable. It has more: making users, changing mail addresses, resetting passwords. */
const READING = [
  '/passkey/generate-register-options',
  '/passkey/generate-authenticate-options',
  '/passkey/list-user-passkeys',
  '/callback/:id',
] as const;
const GUESSABLE = [
  '/sign-in/username',
  '/sign-in/social',
  '/two-factor/enable',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/two-factor/disable',
  '/passkey/verify-authentication',
  '/passkey/verify-registration',
  '/change-password',
] as const;
const CHANGING = ['/sign-out', '/passkey/delete-passkey'] as const;
/** What of these changes the ways in. */
const FACTORS: ReadonlySet<string> = new Set<(typeof READING | typeof GUESSABLE | typeof CHANGING)[number]>([
  '/two-factor/enable',
  '/two-factor/verify-totp',
  '/two-factor/disable',
  '/passkey/generate-register-options',
  '/passkey/verify-registration',
  '/passkey/delete-passkey',
  '/change-password',
]);
/** Codes of the sign-in library, and nothing of its messages. */
const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Signing in and out, second factors and passkeys: what the pages' own client asks. */
export function sessionRoutes(sessions: Sessions): FastifyPluginAsyncTypebox {
  return async (app) => {
    const limitName = app.createRateLimit({
      max: SIGN_INS_PER_NAME_MAX,
      timeWindow: NAME_WINDOW_MS,
      keyGenerator: (request) => `name ${nameOf(request)}`,
    });
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      sessions.refuseForeignOrigin(request);
      if (FACTORS.has(request.routeOptions.url!.slice(SIGN_IN_PATH.length))) {
        await sessions.refuseHalfSignedIn(request);
      }
      if (nameOf(request) !== '') {
        const limit = await limitName(request);
        if (!limit.isAllowed && limit.isExceeded) {
          throw new PortalError({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: limit.ttlInSeconds });
        }
      }
      return pass(await sessions.handle(request), reply);
    };
    const schema = { hide: true };
    const guarded = { rateLimit: { max: SIGN_INS_PER_MINUTE_MAX } };
    for (const path of READING) app.get(`${SIGN_IN_PATH}${path}`, { schema, handler });
    for (const path of CHANGING) app.post(`${SIGN_IN_PATH}${path}`, { schema, handler });
    for (const path of GUESSABLE) app.post(`${SIGN_IN_PATH}${path}`, { schema, config: guarded, handler });
  };
}

/** The library's answer as ours: its cookies and its redirect, its value, or a problem with its code. */
async function pass(answer: Response, reply: FastifyReply): Promise<FastifyReply> {
  void reply.header('cache-control', 'no-store');
  for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
  const location = answer.headers.get('location');
  if (location !== null) void reply.header('location', location);
  const text = await answer.text();
  const value = readJson(text);
  if (answer.status < 400) return reply.code(answer.status).send(value);
  const { code } = (value ?? {}) as { code?: unknown };
  const reason = typeof code === 'string' && REASON.test(code) ? code : 'REFUSED';
  throw new SessionError({ code: 'SIGN_IN_REFUSED', reason });
}

function readJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

function nameOf(request: FastifyRequest): string {
  const name = (request.body as { username?: unknown } | null)?.username;
  return typeof name === 'string' ? name.toLowerCase().slice(0, 64) : '';
}
