import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Cosigning } from '../../src/ledger/cosigning.ts';
import { quorumThreshold } from '../../src/ledger/quorum.ts';
import type { Figure } from '../figure.ts';
import { faultyOf } from './faulty.ts';
import { inTurns, measureCosignatures } from './one-witness.ts';
import { inSetting, type Setting } from './setting.ts';
import { quantileOf } from './timing.ts';
import { WITNESS_PROCESSES_MAX, Witnesses } from './witnesses.ts';

const MEMBERS = [4, 10, 50];

/** One cosignature over loopback, and a whole quorum, each beside one durable file on the same disk in turn with it. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const rounds = quick ? 20 : 200;
  const figures = await inSetting((setting) => cosignatureFigures(setting, rounds));
  for (const members of MEMBERS) {
    figures.push(...(await inSetting((setting) => quorumFigures(setting, members, rounds))));
  }
  return figures;
}

async function cosignatureFigures(setting: Setting, rounds: number): Promise<Figure[]> {
  const { ours, raw, asker, witness } = await measureCosignatures(setting, rounds);
  const main = `in their main threads ${witness.threadMicros.toFixed(0)} µs and ${asker.threadMicros.toFixed(0)} µs`;
  const note = `CPU is the witness's; who asks uses ${asker.allMicros.toFixed(0)} µs; ${main}`;
  const figures = figuresOf('one cosignature, stored durably', { ours, raw });
  return figures.map((figure) => ({ ...figure, cpuMicrosPerOperation: witness.allMicros, note }));
}

async function quorumFigures(setting: Setting, members: number, rounds: number): Promise<Figure[]> {
  const { folder, logFolder, sequencer, signingKey } = setting;
  const { logKey } = signingKey;
  const count = members - 1;
  const threshold = quorumThreshold(count, faultyOf(count));
  const witnesses = await Witnesses.start(count, { folder, vkey: logKey.vkey });
  const peers = () => [{ witnesses: witnesses.peers, threshold }];
  const cosigning = await Cosigning.open(
    { folder: logFolder, logKey },
    { clock: systemClock, log: silentLog, checkpoints: sequencer, peers },
  );
  const { ours, raw } = await inTurns(setting, rounds, () => untilWitnessed(cosigning, sequencer.checkpoint.size));
  await cosigning.close();
  await witnesses.close();
  const shared = count > WITNESS_PROCESSES_MAX ? `, in ${WITNESS_PROCESSES_MAX} processes` : '';
  return figuresOf(`${members} members: quorum of ${threshold} of ${count} witnesses${shared}`, { ours, raw });
}

function untilWitnessed(cosigning: Cosigning, size: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if ((cosigning.witnessed?.size ?? 0) < size) return;
      stop();
      resolve();
    };
    const stop = cosigning.onWitnessed(look);
    look();
  });
}

function figuresOf(name: string, { ours, raw }: { ours: readonly number[]; raw: readonly number[] }): Figure[] {
  return [0.5, 0.99].map((share) => {
    const [value, baseline] = [quantileOf(ours, share), quantileOf(raw, share)];
    return {
      name: `${name}, p${share * 100} of ${ours.length}`,
      value,
      unit: 'ms',
      baseline: { name: 'write, fsync, rename, fsync of the folder', value: baseline },
      ratio: value / baseline,
    };
  });
}
