import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Value from 'typebox/value';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import { EquipmentGateConfig } from '../../src/gates/equipment/config.ts';
import { EquipmentGate } from '../../src/gates/equipment/gate.ts';
import type { LineBindings } from '../../src/standing/line-bindings.ts';
import { Standing, type StandingMember } from '../../src/standing/standing.ts';
import { encodeStatement } from '../../src/statements/codec.ts';
import type { Statement } from '../../src/statements/statement.ts';

export const PAIRING_KEY = Buffer.alloc(32, 7);
export const MEMBERS = [
  { name: 'hanbit', roles: ['operator'] },
  { name: 'duru', roles: ['operator'] },
  { name: 'hub', roles: ['hub'] },
  { name: 'kcc', roles: ['regulator'] },
] as const;
export type Stater = (typeof MEMBERS)[number]['name'];

/** Standing of four members, with a short way to state. */
export class TestStanding {
  readonly standing: Standing;
  #ids = 0;

  constructor(members: readonly StandingMember[] = MEMBERS) {
    this.standing = new Standing({ members }, { log: silentLog });
  }

  /** @returns the index of the entry in the member's log */
  state(member: string, statement: Statement): number {
    const index = this.standing.foldedSize(member);
    const id = Buffer.alloc(16);
    id.writeUInt32BE((this.#ids += 1));
    this.standing.fold(member, index, [encodeStatement({ issuer: member, timeMs: 1_700_000_000_000, id }, statement)]);
    this.standing.settle(member, index + 1);
    return index;
  }

  markAllFresh(atMs: number): void {
    for (const { name } of MEMBERS) this.standing.markFresh(name, atMs);
  }
}

/** The `gates.equipment` part of a configuration, with its defaults. */
export function gateConfig(part: object): EquipmentGateConfig {
  const filled: unknown = Value.Default(EquipmentGateConfig, structuredClone(part));
  Value.Assert(EquipmentGateConfig, filled);
  return filled;
}

export interface RunningGate {
  readonly gate: EquipmentGate;
  readonly test: TestStanding;
  readonly recordsFolder: string;
  readonly apiRoot: string;
  stop(): Promise<void>;
}

/** The gates of `hanbit`, in their worker threads, on free ports. */
export async function runGate(
  part: object,
  { clock = systemClock, log = silentLog, bindings }: { clock?: Clock; log?: Log; bindings?: LineBindings } = {},
): Promise<RunningGate> {
  const test = new TestStanding();
  const recordsFolder = join(await mkdtemp(join(tmpdir(), 'bongsu-gate-')), 'records');
  const gate = await EquipmentGate.start(
    { config: gateConfig(part), members: MEMBERS, memberNumber: 0, pairingKey: PAIRING_KEY, recordsFolder },
    { standing: test.standing, bindings, clock, log },
  ).catch(async (error: unknown) => {
    await rm(join(recordsFolder, '..'), { recursive: true });
    throw error;
  });
  const { n5gEir } = gate.addresses;
  return {
    gate,
    test,
    recordsFolder,
    apiRoot: n5gEir === undefined ? '' : `http://${n5gEir.host}:${n5gEir.port}`,
    stop: async () => {
      await gate.stop();
      await rm(join(recordsFolder, '..'), { recursive: true, force: true });
    },
  };
}
