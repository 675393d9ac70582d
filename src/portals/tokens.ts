import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { IDEMPOTENCY_KEPT_MS, type DeskRequest } from '../desks/decisions/decision.ts';
import { DecisionError } from '../desks/decisions/decision-fault.ts';
import type { TokenRow } from '../store/schema.ts';
import type { Store, Tables } from '../store/store.ts';
import type { DeskRole } from './permissions.ts';
import { PortalError } from './portal-fault.ts';

/** Octets of randomness in a token: none can be guessed, so a plain hash is enough to keep. */
const TOKEN_SIZE = 32;
/** So that a token is known for what it is, where one turns up in a file or a message. */
const TOKEN_PREFIX = 'bongsu_';
/** What a token may be called. */
export const TOKEN_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const TOKEN = /^bongsu_[A-Za-z0-9_-]{43}$/;
/** Tokens in force at one desk. */
export const TOKENS_MAX = 1_000;
const DAY_LENGTH = 'YYYY-MM-DD'.length;
export const SUPERVISOR_TOKEN_FILE = 'supervisor';

/** Who holds a token. */
export interface Holder {
  readonly name: string;
  readonly role: DeskRole;
}

export interface TokenView {
  readonly name: string;
  readonly role: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly revokedAt?: string;
  readonly lastUsedDay?: string;
}

interface TokenDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

/** The holder of a token in force, or undefined. The day of its use is noted. */
export async function findHolder(token: string, { store, clock }: TokenDependencies): Promise<Holder | undefined> {
  if (!TOKEN.test(token)) return undefined;
  const row = await store.read(({ tokens }) => tokens.byHash(hashOf(token)));
  if (row === undefined || row.revokedMs !== null) return undefined;
  const today = new Date(clock.nowMs()).toISOString().slice(0, DAY_LENGTH);
  if (row.lastUsedDay !== today) await store.write(({ tokens }) => tokens.markUsed(row.name, today));
  return { name: row.name, role: row.role as DeskRole };
}

/**
 * Makes a token. It is answered once and kept nowhere: the store has its hash.
 * @throws PortalError REQUEST_MALFORMED, TOKEN_NAME_TAKEN, TOKENS_TOO_MANY, TOKEN_GIVEN_ALREADY; DecisionError IDEMPOTENCY_KEY_REUSED
 */
export async function createToken(
  holder: Holder,
  request: DeskRequest,
  dependencies: TokenDependencies,
): Promise<string> {
  if (!TOKEN_NAME.test(holder.name)) {
    throw new PortalError({ code: 'REQUEST_MALFORMED', field: 'name', expected: TOKEN_NAME.source });
  }
  const token = newToken();
  await addToken(token, holder, request, dependencies);
  return token;
}

/** @throws PortalError TOKEN_NAME_UNKNOWN, TOKEN_LAST_SUPERVISOR */
export async function revokeToken(
  name: string,
  request: DeskRequest,
  { store, clock }: TokenDependencies,
): Promise<TokenView> {
  const nowMs = clock.nowMs();
  return store.write(async (tables) => {
    const all = await tables.tokens.list();
    const row = all.find((token) => token.name === name);
    if (row === undefined) throw new PortalError({ code: 'TOKEN_NAME_UNKNOWN' });
    if (row.revokedMs !== null) return tokenView(row);
    const supervisors = all.filter(({ role, revokedMs }) => role === 'supervisor' && revokedMs === null);
    if (supervisors.length === 1 && supervisors[0] === row) throw new PortalError({ code: 'TOKEN_LAST_SUPERVISOR' });
    await tables.tokens.revoke(name, nowMs);
    await note(tables, request, { nowMs, action: 'token.revoked', detail: { name } });
    return tokenView({ ...row, revokedMs: nowMs });
  });
}

export async function listTokens({ store }: Pick<TokenDependencies, 'store'>): Promise<TokenView[]> {
  return (await store.read(({ tokens }) => tokens.list())).map(tokenView);
}

/**
 * Makes the first supervisor's token of a new node, in a file that only the node's user can read. The file comes first,
 * so a crash before the database knows the token leaves one that the next start takes up. Once there are tokens nothing
 * is done: a lost file is replaced with `bongsu token create`.
 * @returns the file's path
 */
export async function ensureSupervisorToken(folder: string, dependencies: TokenDependencies): Promise<string> {
  const file = join(folder, SUPERVISOR_TOKEN_FILE);
  if ((await listTokens(dependencies)).length > 0) return file;
  if (!existsSync(file)) {
    await makeFolderDurably(folder, 0o700);
    await writeDurably(file, `${newToken()}\n`, 0o600);
  }
  const token = (await readFile(file, 'utf8')).trim();
  const holder: Holder = { name: 'supervisor', role: 'supervisor' };
  await addToken(token, holder, { actor: 'node', role: 'node' }, dependencies);
  return file;
}

async function addToken(
  token: string,
  { name, role }: Holder,
  request: DeskRequest,
  { store, clock }: TokenDependencies,
): Promise<void> {
  const nowMs = clock.nowMs();
  await store.write(async (tables) => {
    await refuseRepetition(tables, request, { name, nowMs });
    // One name, one actor in the journal: people and tokens share them.
    if ((await tables.tokens.byName(name)) !== undefined || (await tables.signIn.hasUser(name))) {
      throw new PortalError({ code: 'TOKEN_NAME_TAKEN', name });
    }
    if ((await tables.tokens.countInForce()) >= TOKENS_MAX) {
      throw new PortalError({ code: 'TOKENS_TOO_MANY', tokensMax: TOKENS_MAX });
    }
    await tables.tokens.add({ name, hash: hashOf(token), role, createdMs: nowMs, createdBy: request.actor });
    await note(tables, request, { nowMs, action: 'token.created', detail: { name, role } });
  });
}

/** A token that is not in force yet, and the hash by which the store will know it. */
export function makeToken(): { token: string; hash: string } {
  const token = newToken();
  return { token, hash: hashOf(token) };
}

function newToken(): string {
  return TOKEN_PREFIX + randomBytes(TOKEN_SIZE).toString('base64url');
}

async function refuseRepetition(
  { idempotencyKeys }: Tables,
  { actor, idempotency }: DeskRequest,
  { name, nowMs }: { name: string; nowMs: number },
): Promise<void> {
  if (idempotency === undefined) return;
  const { key, requestHash } = idempotency;
  const earlier = await idempotencyKeys.find(actor, key, nowMs);
  if (earlier === undefined) {
    // The answer holds a secret, so it is not kept: a repetition learns that it is one.
    await idempotencyKeys.keep(
      { actor, key, requestHash, answer: '{}', expiresMs: nowMs + IDEMPOTENCY_KEPT_MS },
      nowMs,
    );
    return;
  }
  if (earlier.requestHash !== requestHash) throw new DecisionError({ code: 'IDEMPOTENCY_KEY_REUSED' });
  throw new PortalError({ code: 'TOKEN_GIVEN_ALREADY', name });
}

function note(
  { journal }: Tables,
  { actor, role }: DeskRequest,
  { nowMs, action, detail }: { nowMs: number; action: string; detail: object },
): Promise<void> {
  return journal.add({ atMs: nowMs, actor, role, action, caseId: null, detail: JSON.stringify(detail) });
}

function tokenView(row: TokenRow): TokenView {
  return {
    name: row.name,
    role: row.role,
    createdAt: new Date(row.createdMs).toISOString(),
    createdBy: row.createdBy,
    ...(row.revokedMs !== null && { revokedAt: new Date(row.revokedMs).toISOString() }),
    ...(row.lastUsedDay !== null && { lastUsedDay: row.lastUsedDay }),
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
