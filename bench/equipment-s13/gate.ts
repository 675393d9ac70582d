/** The gate as a node runs it: standing in shared memory, one worker thread. Argument: how many devices are blocked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Value from 'typebox/value';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { EquipmentGateConfig } from '../../src/gates/equipment/config.ts';
import { EquipmentGate } from '../../src/gates/equipment/gate.ts';
import type { ImeiKey } from '../../src/identifiers/imei.ts';
import { StandingIndex } from '../../src/standing/standing-index.ts';
import { serveBench } from './server-line.ts';
import { FIRST_BLOCKED, GATE, MME } from './traffic.ts';

const devices = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'bongsu-bench-'));
const members = [{ name: 'hanbit', roles: ['operator' as const] }];
const memory = blockedDevices(devices);
const s13 = { port: 0, ...GATE, peers: [{ originHost: MME.originHost }] };
const gate = await EquipmentGate.start(
  {
    config: Value.Parse(EquipmentGateConfig, Value.Default(EquipmentGateConfig, { threads: 1, s13 })),
    members,
    memberNumber: 0,
    pairingKey: new Uint8Array(32),
    recordsFolder: folder,
  },
  { standing: { memory, onMemoryChanged: () => () => {} }, clock: systemClock, log: silentLog },
);
serveBench({ port: gate.addresses.s13!.port }, async () => {
  await gate.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The index as folding as many statements leaves it; folding itself is measured elsewhere. */
function blockedDevices(count: number) {
  const options = { hashKey: { low: 0x1234_5679, high: 0x9abc_def1 }, devicesExpected: count };
  const index = new StandingIndex(options, { onGrown: () => {} });
  for (let number = 0; number < count; number++) {
    const imei = (FIRST_BLOCKED + number) as ImeiKey;
    index.hold(
      { kind: 'device.blocked', target: { kind: 'imei', imei }, reason: 'stolen' },
      { member: 0, index: number },
      { overruled: false, quarantined: false },
    );
  }
  index.header.setFreshSeconds(0, Math.floor(systemClock.nowMs() / 1_000));
  return index.memory(members.map(({ name }) => name));
}
