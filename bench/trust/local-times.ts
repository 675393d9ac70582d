import { join } from 'node:path';
import { HandClock } from '../../src/base/clock.ts';
import { orThrow } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { openCheckpoint, signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { cosigner, generateWitnessKey } from '../../src/ledger/cosignature.ts';
import { Mirror } from '../../src/ledger/mirror.ts';
import { generateLogKey } from '../../src/ledger/note-key.ts';
import { openWitnessed } from '../../src/ledger/quorum.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { Standing } from '../../src/standing/standing.ts';
import { openStatement } from '../../src/statements/codec.ts';
import { measureCosignatures, usedEach } from './one-witness.ts';
import { writeRaw } from './raw-write.ts';
import { inSetting, ISSUER, type Setting } from './setting.ts';
import { EPOCH, sealedBlock } from './statements.ts';
import { msOf, timed } from './timing.ts';
import { Witnesses } from './witnesses.ts';
import type { LocalTimes } from './world-options.ts';

const SIGNATURES = 40;
const VERIFYING_ROUNDS = 25;

/** What a node's own steps take on this machine, for the simulation to draw from. */
export async function measureLocalTimes({ quick }: { quick: boolean }): Promise<LocalTimes> {
  const rounds = quick ? 20 : 200;
  const { publish, take, store } = await inSetting((setting) => measureFollowing(setting, rounds));
  const cosigned = await inSetting((setting) => measureCosignatures(setting, rounds));
  const serve = await inSetting((setting) => measureServing(setting, 20 * rounds));
  const ask = cosigned.asker.threadMicros / 2 / 1000;
  // A hint is a write to a connection, which costs less than an answer to a request.
  return { publish, take, store, witness: cosigned.ours, ask, serve, hint: serve / 4, verify: measureVerifying() };
}

/** A statement appended by its member, and mirrored, opened and folded by another one, without the way between them. */
async function measureFollowing(
  { folder, logFolder, sequencer, signingKey }: Setting,
  rounds: number,
): Promise<Pick<LocalTimes, 'publish' | 'take' | 'store'>> {
  const { logKey } = signingKey;
  const times = { publish: [] as number[], take: [] as number[], store: [] as number[] };
  const mirror = await Mirror.open({ folder: join(folder, 'mirror'), logKey }, { log: silentLog });
  const open = (bytes: Uint8Array) => openStatement(bytes, () => EPOCH.key);
  const standing = new Standing({ members: [{ name: ISSUER, roles: ['operator'] }] }, { log: silentLog, open });
  const take = async (index: number): Promise<void> => {
    const next = orThrow(openCheckpoint(Buffer.from(sequencer.checkpoint.note), logKey));
    await mirror.advance(next, new FolderSource(logFolder));
    for await (const batch of mirror.entries(index, index + 1)) standing.fold(ISSUER, index, batch.entries);
  };
  for (let index = 0; index < rounds; index++) {
    const entry = sealedBlock(ISSUER, index);
    times.publish.push(await msOf(() => sequencer.append([entry])));
    times.take.push(await msOf(() => take(index)));
    times.store.push(await msOf(() => writeRaw(join(folder, 'raw'), entry)));
  }
  mirror.close();
  return times;
}

/** CPU of a node's main thread for each request of its checkpoint, in ms. */
async function measureServing(setting: Setting, requests: number): Promise<number> {
  const { folder, sequencer, signingKey } = setting;
  await sequencer.append([sealedBlock(ISSUER, 0)]);
  const witnesses = await Witnesses.start(1, { folder, vkey: signingKey.logKey.vkey });
  const url = witnesses.peers[0]!.url.replace(/witness$/, 'log/checkpoint');
  const ask = async (count: number): Promise<void> => {
    for (let request = 0; request < count; request++) await (await fetch(url)).arrayBuffer();
  };
  await ask(requests / 4);
  const before = await witnesses.used();
  await ask(requests);
  const { threadMicros } = usedEach(before, await witnesses.used(), requests);
  await witnesses.close();
  return threadMicros / 1000;
}

/** CPU of one cosignature of a checkpoint that is opened, in ms. */
function measureVerifying(): number {
  const log = generateLogKey('log.bench.example/shared');
  const keys = Array.from({ length: SIGNATURES }, (_, at) => generateWitnessKey(`witness.member-${at}.example`));
  const signers = keys.map((key) => cosigner(key, new HandClock(1_700_000_000_000)));
  const checkpoint = { origin: log.name, size: 1, root: Buffer.alloc(32) };
  const note = Buffer.from(signCheckpoint(checkpoint, [log, ...signers]));
  const witnesses = keys.map(({ name, witnessKey }) => ({ name, keys: [witnessKey] }));
  const quorum = { witnesses, threshold: SIGNATURES };
  const opened = (): void => {
    for (let round = 0; round < VERIFYING_ROUNDS; round++) orThrow(openWitnessed(note, log.logKey, quorum));
  };
  opened();
  return timed(opened).cpuMicros / VERIFYING_ROUNDS / (SIGNATURES + 1) / 1000;
}
