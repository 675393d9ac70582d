import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { silentLog } from '../src/base/log.ts';
import { encodeEntry } from '../src/ledger/entry.ts';
import { leafHash, nodeHash } from '../src/ledger/merkle.ts';
import { generateLogKey } from '../src/ledger/note-key.ts';
import { Sequencer } from '../src/ledger/sequencer.ts';
import type { Figure } from './figure.ts';

const APPEND_COUNT = 4096;
const CHILD = fileURLToPath(new URL('ledger-verify-process.ts', import.meta.url));
const GO_CHECK = fileURLToPath(new URL('../test/interop/gocheck', import.meta.url));
const execute = promisify(execFile);

/** What `ledger-verify-process.ts` prints. */
export interface VerifyMeasure {
  readonly seconds: number;
  readonly cpuMicros: number;
  readonly memoryMiB: number;
}

/** Verifies a whole log from its files, beside the hashes alone that any verifier must compute. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const count = quick ? 50_000 : 1_000_000;
  const root = mkdtempSync(join(tmpdir(), 'bongsu-bench-'));
  try {
    const folder = join(root, 'log');
    const vkey = await writeLog(root, folder, count);
    const { stdout } = await execute(process.execPath, [CHILD, folder, vkey]);
    const measured = JSON.parse(stdout) as VerifyMeasure;
    const floor = measureHashes(count);
    const cpuMicrosPerOperation = measured.cpuMicros / count;
    const notes = [`${Math.round(measured.memoryMiB)} MiB at most`, await measureGo(root, folder, vkey)];
    return [
      {
        name: `verification of ${count.toLocaleString('en')} entries`,
        value: count / measured.seconds,
        unit: 'entries/s',
        cpuMicrosPerOperation,
        baseline: { name: 'its SHA-256 alone', ...floor },
        ratio: cpuMicrosPerOperation / floor.cpuMicrosPerOperation,
        note: `${measured.seconds.toFixed(1)} s; ${notes.join('; ')}`,
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function writeLog(root: string, folder: string, count: number): Promise<string> {
  const signingKey = generateLogKey('log.hanbit.example/shared');
  const log = await Sequencer.open({ folder, signingFolder: join(root, 'signing'), signingKey }, { log: silentLog });
  for (let from = 0; from < count; from += APPEND_COUNT) {
    const entries = Array.from({ length: Math.min(APPEND_COUNT, count - from) }, (_, place) =>
      statedEntry(from + place),
    );
    await log.append(entries);
  }
  await log.close();
  return signingKey.logKey.vkey;
}

/** A statement as a desk makes it: about 170 octets. */
function statedEntry(number: number): Uint8Array {
  return encodeEntry({
    kind: 'device.blocked',
    version: 1,
    issuer: 'hanbit',
    timeMs: 1_700_000_000_000 + number,
    id: createHash('sha256').update(number.toString()).digest().subarray(0, 16),
    body: {
      target: { imei: (35_209_900_000_000 + number).toString() },
      reason: 'stolen',
      occurred: 1_699_999_000_000,
      reference: `HB-2023/${number}`,
    },
  });
}

/** One leaf and one node for each entry, of the same sizes, with nothing read, decoded or compared. */
function measureHashes(count: number): { value: number; cpuMicrosPerOperation: number } {
  const entry = statedEntry(0);
  const startCpu = process.cpuUsage();
  let hash = leafHash(entry);
  for (let i = 0; i < count; i++) hash = nodeHash(hash, leafHash(entry));
  const { user, system } = process.cpuUsage(startCpu);
  const cpuMicrosPerOperation = (user + system) / count;
  return { value: 1e6 / cpuMicrosPerOperation, cpuMicrosPerOperation };
}

/** The same log under the Go check, for a second opinion on what is quick. It decodes no entry, and keeps the tree. */
async function measureGo(root: string, folder: string, vkey: string): Promise<string> {
  const program = join(root, 'gocheck');
  try {
    await execute('go', ['build', '-buildvcs=false', '-o', program, '.'], { cwd: GO_CHECK });
  } catch {
    return 'the Go check could not be built here';
  }
  const startMs = performance.now();
  await execute(program, [folder, vkey]);
  return `the Go check takes ${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}
