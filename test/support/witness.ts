import Fastify from 'fastify';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { WitnessPeer } from '../../src/ledger/cosigning.ts';
import { generateWitnessKey, type WitnessSigningKey } from '../../src/ledger/cosignature.ts';
import type { LogVerifier } from '../../src/ledger/log-verifier.ts';
import { Witness, type WitnessDependencies } from '../../src/ledger/witness.ts';
import { Problem } from '../../src/portals/answer-schemas.ts';
import { sendProblem } from '../../src/portals/problems.ts';
import { witnessRoutes } from '../../src/portals/witness/witness-routes.ts';
import { temporaryFolder, whenOver } from './ledger.ts';

export interface WitnessUnderTest {
  readonly witness: Witness;
  readonly key: WitnessSigningKey;
  readonly folder: string;
  readonly clock: HandClock;
  readonly doubted: string[];
  readonly proofs: string[];
}

/** A witness of these logs in a temporary folder. */
export async function witnessOf(
  t: TestContext,
  logs: readonly LogVerifier[],
  more: Partial<WitnessDependencies> & { folder?: string; key?: WitnessSigningKey } = {},
): Promise<WitnessUnderTest> {
  const { folder = temporaryFolder(t), key = generateWitnessKey('witness.narae.example'), ...dependencies } = more;
  const clock = new HandClock();
  const doubted: string[] = [];
  const proofs: string[] = [];
  const witness = await Witness.open(
    { folder, keys: [key] },
    {
      clock,
      log: silentLog,
      keysOf: (origin) => logs.find(({ name }) => name === origin),
      isConvicted: () => false,
      onDoubt: (note) => doubted.push(note),
      onProof: async (_origin, proof) => void proofs.push(proof),
      ...dependencies,
    },
  );
  whenOver(t, () => witness.close());
  return { witness, key, folder, clock, doubted, proofs };
}

export interface ServedWitness extends WitnessUnderTest {
  /** The submission prefix. */
  readonly url: string;
  /** How it is asked by the owner of a log. */
  readonly peer: WitnessPeer;
  /** May be set at any time: answers instead of the witness. */
  misbehave: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Requests so far. */
  requests: number;
}

/** A witness behind the member API's own routes, on a socket. */
export async function serveWitness(
  t: TestContext,
  logs: readonly LogVerifier[],
  { name = 'narae', ...more }: Parameters<typeof witnessOf>[2] & { name?: string } = {},
): Promise<ServedWitness> {
  const under = await witnessOf(t, logs, { key: generateWitnessKey(`witness.${name}.example`), ...more });
  const app = Fastify();
  app.addSchema(Problem);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error, silentLog));
  await app.register(witnessRoutes(under));
  await app.ready();
  const served: ServedWitness = { ...under, url: '', peer: {} as WitnessPeer, misbehave: undefined, requests: 0 };
  const server = createServer((request, response) => {
    served.requests += 1;
    if (served.misbehave === undefined) app.routing(request, response);
    else served.misbehave(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenOver(t, async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/witness`;
  return Object.assign(served, { url, peer: { name, url, keys: [under.key.witnessKey] } });
}
