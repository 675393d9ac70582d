import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { DeskRequest } from '../desks/decisions/decision.ts';
import type { Store } from '../store/store.ts';
import { type Action, mayDo } from './permissions.ts';
import { PortalError } from './portal-fault.ts';
import { SessionError } from './sessions/session-fault.ts';
import type { SessionHolder, Sessions } from './sessions/sessions.ts';
import { findHolder, type Holder } from './tokens.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route does, as `PERMISSIONS` names it. */
    action?: Action;
  }
  interface FastifyRequest {
    /** Whether who asked may still: their token or session may have ended since. */
    mayStill: () => Promise<boolean>;
    /** Who asks. Set on every route that names an action. */
    holder: Holder | undefined;
    /** Their session, where they came with one and not with a token. */
    session: SessionHolder | undefined;
    /** SHA-256 of the body's octets. */
    bodyHash: string;
  }
}

/** Visible ASCII; a structured-field string (in quotes) is the same key as the bare one. */
const IDEMPOTENCY_KEY = /^"?([A-Za-z0-9._:-]{1,128})"?$/;

interface AccessDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** Of the pages, where this node serves them. */
  readonly sessions?: Sessions;
}

/** Lets nobody through to a route of this instance whose token or session may not do what the route does. */
export function requireTokens(app: FastifyInstance, dependencies: AccessDependencies): void {
  app.addHook('onRoute', ({ url, config }) => {
    // A route that forgets its action would be open to all: better none starts.
    assert(config?.action !== undefined, `the route ${url} names no action`);
  });
  // After the limit of requests, which a guesser of tokens must meet too, and before anything of the body is read.
  app.addHook('preParsing', async (request) => {
    request.holder = await authorize(request, dependencies);
    request.mayStill = () =>
      authorize(request, dependencies).then(
        () => true,
        () => false,
      );
  });
}

async function authorize(request: FastifyRequest, dependencies: AccessDependencies): Promise<Holder> {
  const { action } = request.routeOptions.config;
  assert(action !== undefined);
  const holder = await findTokenOrSession(request, dependencies);
  if (!mayDo(holder.role, action)) throw new PortalError({ code: 'PERMISSION_MISSING', role: holder.role, action });
  return holder;
}

/** A token is asked first: whoever sends one means it. */
async function findTokenOrSession(request: FastifyRequest, dependencies: AccessDependencies): Promise<Holder> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    request.session = await dependencies.sessions?.find(request);
    if (request.session?.isComplete === false) throw new SessionError({ code: 'SECOND_FACTOR_MISSING' });
    if (request.session !== undefined) return request.session;
  }
  const token = /^Bearer +([^ ]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new PortalError({ code: 'TOKEN_MISSING' });
  const holder = await findHolder(token, dependencies);
  if (holder === undefined) throw new PortalError({ code: 'TOKEN_UNKNOWN' });
  return holder;
}

/** Who asks, and under which key. The hash covers method, path and body: the same key never stands for two requests. */
export function deskRequest(request: FastifyRequest): DeskRequest {
  const { holder } = request;
  assert(holder !== undefined);
  const who = { actor: holder.name, role: holder.role };
  const header = request.headers['idempotency-key'];
  if (header === undefined) return who;
  const key = typeof header === 'string' ? IDEMPOTENCY_KEY.exec(header)?.[1] : undefined;
  if (key === undefined) {
    const expected = '1 to 128 of A-Z a-z 0-9 . _ : -';
    throw new PortalError({ code: 'REQUEST_MALFORMED', field: 'headers.idempotency-key', expected });
  }
  const requestHash = createHash('sha256').update(`${request.method} ${request.url} ${request.bodyHash}`).digest('hex');
  return { ...who, idempotency: { key, requestHash } };
}
