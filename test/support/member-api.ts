import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { createMemberApi } from '../../src/portals/member-api.ts';
import type { GateExplanation, MemberApiDependencies, MemberApiOptions } from '../../src/portals/dependencies.ts';
import { DESK_ROLES, type DeskRole } from '../../src/portals/permissions.ts';
import { RefusedRequests } from '../../src/portals/refused-requests.ts';
import { createToken } from '../../src/portals/tokens.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { deskOn } from './desk.ts';
import type { MemoryLog } from './memory-log.ts';

/** A member's API over a store in a temporary folder and a log in memory, with a token for each role. */
export interface ApiUnderTest extends ReturnType<typeof deskOn> {
  readonly app: FastifyInstance;
  readonly log: MemoryLog;
  readonly store: Store;
  readonly folder: string;
  readonly tokens: Readonly<Record<DeskRole, string>>;
  readonly refused: RefusedRequests;
  /** Publishes a checkpoint's size to all listeners for hints. */
  readonly publish: (size: number) => void;
  ask(
    role: DeskRole | undefined,
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export async function apiUnderTest(
  more: { options?: Partial<MemberApiOptions>; dependencies?: Partial<MemberApiDependencies>; store?: Store } = {},
): Promise<ApiUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-api-'));
  for (const name of ['log', 'mirrors']) mkdirSync(join(folder, name));
  const place = { file: join(folder, 'desk.db') };
  const store = more.store ?? (await openStore({ member: 'hanbit', place }, { log: silentLog }));
  const parts = deskOn(store, { roles: () => ['operator', 'regulator'] });
  const refused = new RefusedRequests();
  const listeners = new Set<(size: number) => void>();
  const app = await createMemberApi(
    {
      member: 'hanbit',
      gates: ['s13'],
      logFolder: join(folder, 'log'),
      mirrorsFolder: join(folder, 'mirrors'),
      ...more.options,
    },
    {
      desk: parts.desk,
      decisions: parts.decisions,
      store,
      clock: parts.clock,
      log: silentLog,
      explain: (gate) => explanation(gate),
      readEntry: (_member, index) => Promise.resolve(parts.log.entries[index]),
      isReleaseWaiting: (_member, index) => parts.standings.get(index)?.isReleaseWaiting === true,
      missingEpoch: () => undefined,
      readRefusals: () => Promise.resolve([]),
      refused,
      members: () => [],
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      standingDigest: () => ({
        governance: 1,
        logs: [{ member: 'hanbit', size: 0, settledSize: 0 }],
        sha256: '0'.repeat(64),
      }),
      health: () => ({ ok: true }),
      metrics: () => 'bongsu_up 1\n',
      ...more.dependencies,
    },
  );
  const request = { actor: 'node', role: 'node' };
  const make = (role: DeskRole): Promise<string> =>
    createToken({ name: `${role}-1`, role }, request, { store, clock: parts.clock });
  const made = await Promise.all(DESK_ROLES.map(async (role) => [role, await make(role)] as const));
  const tokens = Object.fromEntries(made) as Record<DeskRole, string>;
  return {
    ...parts,
    app,
    store,
    folder,
    refused,
    tokens,
    publish: (size) => listeners.forEach((listener) => listener(size)),
    ask: (role, method, url, body, headers = {}) =>
      app.inject({
        method: method as 'GET',
        url,
        ...(body !== undefined && { payload: body as string }),
        headers: { ...(role !== undefined && { authorization: `Bearer ${tokens[role]}` }), ...headers },
      }),
    close: async () => {
      await app.close();
      if (more.store === undefined) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function explanation(gate: string): GateExplanation {
  return {
    gate,
    answer: 'blocked',
    verdict: 'blocked',
    shadow: false,
    decidedBy: 'exact IMEI',
    steps: [{ name: 'exact IMEI', decides: true, says: 'blocked', entries: [{ member: 'hanbit', index: 0 }] }],
    statements: [
      {
        member: 'hanbit',
        index: 0,
        scope: 'exact',
        kind: 'blocked',
        reason: 'stolen',
        countsAs: 'blocked',
        quarantined: false,
        stale: false,
        logAgeMs: undefined,
      },
    ],
  };
}
