/**
 * Witnesses in a process of their own: a folder, the log's key, and a name for each. Prints where each answers. They serve
 * the log's files as well, as every node does.
 */
import fastifyStatic from '@fastify/static';
import assert from 'node:assert/strict';
import Fastify from 'fastify';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { orThrow } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { generateWitnessKey } from '../../src/ledger/cosignature.ts';
import { parseLogKey } from '../../src/ledger/note-key.ts';
import { Witness } from '../../src/ledger/witness.ts';
import { Problem } from '../../src/portals/answer-schemas.ts';
import { LOG_FILES, sendLogFile } from '../../src/portals/log-files.ts';
import { sendProblem } from '../../src/portals/problems.ts';
import { witnessRoutes } from '../../src/portals/witness/witness-routes.ts';

/** One witness, as its process tells of it. */
export interface Told {
  readonly name: string;
  readonly url: string;
  readonly vkey: string;
}

/** CPU of a process, in microseconds, and that of its one thread that runs our code. */
export interface Used {
  readonly allMicros: number;
  readonly threadMicros: number;
}

const [folder, vkey, ...names] = process.argv.slice(2);
assert(folder !== undefined && vkey !== undefined);
const logFolder = join(folder, 'log');
const logKey = orThrow(parseLogKey(vkey));
const keysOf = (origin: string) => (origin === logKey.name ? logKey : undefined);
const told = await Promise.all(names.map((name) => serve(name, join(folder, name))));
process.stdout.write(`${JSON.stringify(told)}\n`);
// CPU so far, whenever a line comes in; the end of the lines is the end.
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify(usedSoFar())}\n`));
process.stdin.on('end', () => process.exit());

function usedSoFar(): Used {
  const sum = ({ user, system }: NodeJS.CpuUsage): number => user + system;
  return { allMicros: sum(process.cpuUsage()), threadMicros: sum(process.threadCpuUsage()) };
}

async function serve(name: string, folder: string): Promise<Told> {
  const key = generateWitnessKey(`witness.${name}.example`);
  const witness = await Witness.open(
    { folder, keys: [key] },
    { clock: systemClock, log: silentLog, keysOf, isConvicted: () => false },
  );
  const app = Fastify();
  app.addSchema(Problem);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error, silentLog));
  await app.register(witnessRoutes({ witness }));
  await app.register(fastifyStatic, { root: logFolder, ...LOG_FILES });
  app.get<{ Params: { '*': string } }>('/log/*', ({ params }, reply) => sendLogFile(reply, logFolder, params['*']));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { name, url: `${address}/witness`, vkey: key.witnessKey.vkey };
}
