/** Our gate with many blocked devices, in a process of its own. The gate answers in a worker thread. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { EquipmentGate } from '../../src/gates/equipment/gate.ts';
import type { ImeiKey } from '../../src/identifiers/imei.ts';
import { Standing } from '../../src/standing/standing.ts';
import { encodeStatement } from '../../src/statements/codec.ts';
import { answerCpu } from './measured-process.ts';

const BLOCKED_FIRST = 86_000_000_000_000;
const BATCH = 1_000;
const [devices] = process.argv.slice(2).map(Number);

const standing = new Standing({ members: [{ name: 'hanbit', roles: ['operator'] }] }, { log: silentLog });
for (let first = 0; first < devices!; first += BATCH) {
  const entries = Array.from({ length: BATCH }, (_, place) => blockedEntry(first + place));
  standing.fold('hanbit', first, entries);
}
const gate = await EquipmentGate.start(
  {
    config: {
      threads: 1,
      n5gEir: { host: '127.0.0.1', port: 0, pathPrefix: '' },
      policy: {
        rules: [],
        imsiRanges: [],
        pairingMembers: ['*'],
        defaults: { s13: 'allowed', n5gEir: 'allowed' },
        staleAfterSeconds: 86_400,
        whenStale: 'enforce',
        shadow: false,
      },
    },
    members: [{ name: 'hanbit', roles: ['operator'] }],
    memberNumber: 0,
    pairingKey: Buffer.alloc(32),
    recordsFolder: join(tmpdir(), 'bongsu-bench-records'),
  },
  { standing, clock: systemClock, log: silentLog },
);
answerCpu(gate.addresses.n5gEir!.port);

function blockedEntry(place: number): Uint8Array {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(place);
  const imei = (BLOCKED_FIRST + place) as ImeiKey;
  return encodeStatement(
    { issuer: 'hanbit', timeMs: 0, id },
    { kind: 'device.blocked', target: { kind: 'imei', imei }, reason: 'stolen' },
  );
}
