/** Verifies one log in a process of its own, so that its processor time and memory are nobody else's. */
import { orThrow } from '../src/base/fault.ts';
import { parseLogKey } from '../src/ledger/note-key.ts';
import { FolderSource } from '../src/ledger/tile-source.ts';
import { verifyLog } from '../src/ledger/verify.ts';
import type { VerifyMeasure } from './ledger-verify.ts';

const [folder, vkey] = process.argv.slice(2);
const source = new FolderSource(folder!);
const logKey = orThrow(parseLogKey(vkey!));
const startMs = performance.now();
const startCpu = process.cpuUsage();
await verifyLog({ source, logKey });
const { user, system } = process.cpuUsage(startCpu);
const measure: VerifyMeasure = {
  seconds: (performance.now() - startMs) / 1000,
  cpuMicros: user + system,
  memoryMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(measure));
