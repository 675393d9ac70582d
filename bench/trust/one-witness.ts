import { join } from 'node:path';
import { proveConsistency } from '../../src/ledger/proof.ts';
import { TreeReader } from '../../src/ledger/reader.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { WitnessClient } from '../../src/ledger/witness-client.ts';
import { writeRaw } from './raw-write.ts';
import { ISSUER, type Setting } from './setting.ts';
import { sealedBlock } from './statements.ts';
import { msOf, startWatch } from './timing.ts';
import type { Used } from './witness-process.ts';
import { Witnesses } from './witnesses.ts';

const WARM_UPS = 30;
const NOTHING_USED: Used = { allMicros: 0, threadMicros: 0 };

/** Walls in ms, and for each cosignature the CPU of both sides in microseconds. */
export interface Cosigned {
  readonly ours: readonly number[];
  readonly raw: readonly number[];
  readonly asker: Used;
  readonly witness: Used;
}

/** Has one witness cosign after each append. */
export async function measureCosignatures(setting: Setting, rounds: number): Promise<Cosigned> {
  const { folder, logFolder, sequencer, signingKey } = setting;
  const { logKey } = signingKey;
  const witnesses = await Witnesses.start(1, { folder, vkey: logKey.vkey });
  const { url, keys } = witnesses.peers[0]!;
  const client = new WitnessClient({ url, keys });
  const source = new FolderSource(logFolder);
  const submit = (): Promise<unknown> => {
    const { checkpoint } = sequencer;
    const prove = (older: number) => proveConsistency(new TreeReader(source, checkpoint.size), older);
    return client.submit({ ...checkpoint, logKey, prove });
  };
  let before: Used | undefined;
  const onWarm = async (): Promise<void> => {
    before = await witnesses.used();
  };
  const { ours, raw, asker } = await inTurns(setting, rounds, submit, onWarm);
  const witness = usedEach(before!, await witnesses.used(), rounds);
  await witnesses.close();
  return { ours, raw, asker, witness };
}

/**
 * A step after each append, in turns with one durable file, so that what else the disk does falls on both alike. Its time
 * begins when the entry is published.
 */
export async function inTurns(
  { folder, sequencer }: Setting,
  rounds: number,
  step: () => Promise<unknown>,
  onWarm: () => Promise<void> = async () => {},
): Promise<Omit<Cosigned, 'witness'>> {
  const [ours, raw]: [number[], number[]] = [[], []];
  const used = { allMicros: 0, threadMicros: 0 };
  for (let round = -WARM_UPS; round < rounds; round++) {
    if (round === 0) await onWarm();
    const entry = sealedBlock(ISSUER, round + WARM_UPS);
    await sequencer.append([entry]);
    const watch = startWatch();
    await step();
    const took = watch();
    const rawMs = await msOf(() => writeRaw(join(folder, 'raw'), entry));
    if (round < 0) continue;
    ours.push(took.ms);
    raw.push(rawMs);
    used.allMicros += took.cpuMicros;
    used.threadMicros += took.threadMicros;
  }
  return { ours, raw, asker: usedEach(NOTHING_USED, used, rounds) };
}

/** What each of so many operations used. */
export function usedEach(before: Used, after: Used, operations: number): Used {
  return {
    allMicros: (after.allMicros - before.allMicros) / operations,
    threadMicros: (after.threadMicros - before.threadMicros) / operations,
  };
}
