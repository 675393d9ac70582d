import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type LogPlace,
  logPlace,
  faultCode,
  numberedEntries,
  openLog,
  temporaryFolder,
  whenOver,
} from '../../test/support/ledger.ts';
import { type ServedWitness, serveWitness } from '../../test/support/witness.ts';
import { HandClock } from '../base/clock.ts';
import { orThrow } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import { generateWitnessKey } from './cosignature.ts';
import { Cosigning, type CosigningOptions, type Witnessed } from './cosigning.ts';
import { openWitnessed, quorumThreshold } from './quorum.ts';
import type { Sequencer } from './sequencer.ts';

interface Setting {
  readonly place: LogPlace;
  readonly log: Sequencer;
  readonly served: readonly ServedWitness[];
}

/** A log, and so many witnesses of it. */
async function setUp(t: TestContext, witnesses: number): Promise<Setting> {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  const names = ['narae', 'duru', 'sakura', 'injeung', 'hub'].slice(0, witnesses);
  const logs = [place.signingKey.logKey];
  const served = await Promise.all(names.map((name) => serveWitness(t, logs, { name })));
  return { place, log, served };
}

async function cosign(
  t: TestContext,
  { place, log, served }: Setting,
  options: Partial<CosigningOptions> & { threshold?: number } = {},
): Promise<{ cosigning: Cosigning; told: Witnessed[]; until: (size: number) => Promise<Witnessed> }> {
  const { threshold = quorumThreshold(served.length, 1) } = options;
  const cosigning = await Cosigning.open(
    { folder: place.folder, logKey: place.signingKey.logKey, timeoutMs: 2_000, backoffMsMax: 20, ...options },
    {
      clock: new HandClock(),
      log: silentLog,
      checkpoints: log,
      peers: () => [{ witnesses: served.map(({ peer }) => peer), threshold }],
    },
  );
  whenOver(t, () => cosigning.close());
  const told: Witnessed[] = [];
  cosigning.onWitnessed((witnessed) => told.push(witnessed));
  const until = (size: number): Promise<Witnessed> =>
    new Promise((resolve) => {
      const ask = (): void => {
        const { witnessed } = cosigning;
        if (witnessed === undefined || witnessed.size < size) return;
        stop();
        resolve(witnessed);
      };
      const stop = cosigning.onWitnessed(ask);
      ask();
    });
  return { cosigning, told, until };
}

/** The file beside the checkpoint, verified as a stranger verifies it. */
function fileOf({ place, served }: Setting, threshold: number): ReturnType<typeof openWitnessed> {
  const bytes = readFileSync(join(place.folder, 'checkpoint.witnessed'));
  return openWitnessed(bytes, place.signingKey.logKey, { witnesses: served.map(({ peer }) => peer), threshold });
}

test('each published checkpoint comes to a quorum, newest next, and its file verifies', async (t) => {
  const setting = await setUp(t, 4);
  const { told, until } = await cosign(t, setting);
  let size = 0;
  for (const count of [1, 299, 1, 400]) {
    await setting.log.append(numberedEntries(size, (size += count)));
    const witnessed = await until(size);
    assert.equal(witnessed.root.toString('hex'), setting.log.checkpoint.root.toString('hex'));
    assert.ok(witnessed.witnesses.length >= 3);
    assert.equal(orThrow(fileOf(setting, 3)).size, size);
  }
  assert.deepEqual(
    told.map((witnessed) => witnessed.size),
    told.map((witnessed) => witnessed.size).toSorted((a, b) => a - b),
  );
});

test('witnesses that are slow, down or hostile hold up no quorum of the others', async (t) => {
  const setting = await setUp(t, 5);
  const [one, other] = setting.served;
  one!.misbehave = () => undefined;
  other!.misbehave = (_request, response) => response.end('garbage');
  const { cosigning, until } = await cosign(t, setting, { threshold: 3, timeoutMs: 60_000 });
  for (let size = 0; size < 50; size += 10) {
    await setting.log.append(numberedEntries(size, size + 10));
    await until(size + 10);
  }
  const health = cosigning.state().witnesses;
  assert.equal(health.find(({ name }) => name === 'duru')?.fault?.code, 'WITNESS_ANSWER_WRONG');
  // It is asked once, and not once for each round.
  assert.equal(one!.requests, 1);
});

test('without a quorum nothing is written, and once there is one it goes on', async (t) => {
  const setting = await setUp(t, 3);
  const [one] = setting.served;
  one!.misbehave = (_request, response) => response.writeHead(503).end();
  const { cosigning, told, until } = await cosign(t, setting, { threshold: 3 });
  await setting.log.append(numberedEntries(0, 5));
  while (one!.requests < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(told, []);
  assert.throws(() => fileOf(setting, 3), { code: 'ENOENT' });
  assert.equal(cosigning.state().witnesses.find(({ name }) => name === 'narae')?.fault?.code, 'WITNESS_PUSHED_BACK');
  one!.misbehave = undefined;
  assert.deepEqual((await until(5)).witnesses.toSorted(), ['duru', 'narae', 'sakura']);
  assert.equal(cosigning.state().witnesses.find(({ name }) => name === 'narae')?.fault, undefined);
});

test('a restart finds what was witnessed, and witnesses what was not', async (t) => {
  const setting = await setUp(t, 3);
  await setting.log.append(numberedEntries(0, 5));
  const first = await cosign(t, setting);
  await first.until(5);
  await first.cosigning.close();
  const requests = setting.served.map((served) => served.requests);
  const second = await cosign(t, setting);
  assert.equal(second.cosigning.witnessed?.size, 5);
  assert.deepEqual(
    setting.served.map((served) => served.requests),
    requests,
  );
  await second.cosigning.close();
  await setting.log.append(numberedEntries(5, 6));
  const third = await cosign(t, setting);
  await third.until(6);
  await third.cosigning.close();
  writeFileSync(join(setting.place.folder, 'checkpoint.witnessed'), 'rotten');
  const fourth = await cosign(t, setting);
  await fourth.until(6);
  assert.equal(orThrow(fileOf(setting, 3)).size, 6);
});

test('a log restored from a backup is found out by its witnesses, and they are asked no more', async (t) => {
  const setting = await setUp(t, 3);
  const { place, log } = setting;
  await log.append(numberedEntries(0, 5));
  const backup = join(temporaryFolder(t), 'backup');
  cpSync(place.folder, join(backup, 'log'), { recursive: true });
  cpSync(place.signingFolder, join(backup, 'signing'), { recursive: true });
  await log.append(numberedEntries(5, 9));
  const before = await cosign(t, setting);
  await before.until(9);
  await before.cosigning.close();
  await log.close();

  const restored = { ...place, folder: join(backup, 'log'), signingFolder: join(backup, 'signing') };
  const again = await openLog(t, restored);
  const { cosigning, told } = await cosign(t, { ...setting, place: restored, log: again });
  const isFoundOut = (): boolean =>
    cosigning.state().witnesses.filter(({ fault }) => fault?.code === 'WITNESS_AHEAD' && fault.isProven).length === 3;
  while (!isFoundOut()) await new Promise((resolve) => setTimeout(resolve, 5));
  const requests = setting.served.map((served) => served.requests);
  await again.append(numberedEntries(100, 120));
  await cosigning.close();
  assert.deepEqual(
    setting.served.map((served) => served.requests),
    requests,
  );
  assert.deepEqual(told, []);
});

test('where there is no other member, nobody is needed', async (t) => {
  const setting = await setUp(t, 0);
  const { until } = await cosign(t, setting);
  await setting.log.append(numberedEntries(0, 2));
  assert.deepEqual((await until(2)).witnesses, []);
  assert.equal(orThrow(fileOf(setting, 0)).size, 2);
});

test('a witness that exchanges its key, and one that is admitted, are asked from the next round on', async (t) => {
  const setting = await setUp(t, 2);
  const peers = [setting.served[0]!.peer];
  const cosigning = await Cosigning.open(
    { folder: setting.place.folder, logKey: setting.place.signingKey.logKey },
    {
      clock: new HandClock(),
      log: silentLog,
      checkpoints: setting.log,
      peers: () => [{ witnesses: peers, threshold: peers.length }],
    },
  );
  whenOver(t, () => cosigning.close());
  const next = (): Promise<Witnessed> =>
    new Promise((resolve) => {
      const stop = cosigning.onWitnessed((witnessed) => {
        stop();
        resolve(witnessed);
      });
    });
  let witnessed = next();
  await setting.log.append(numberedEntries(0, 1));
  assert.deepEqual((await witnessed).witnesses, ['narae']);
  peers.push(setting.served[1]!.peer);
  // Both keys are known while one is exchanged for the next; this witness still signs with the first.
  peers[0] = { ...peers[0]!, keys: [...peers[0]!.keys, generateWitnessKey('witness.narae.example').witnessKey] };
  witnessed = next();
  await setting.log.append(numberedEntries(1, 2));
  assert.deepEqual((await witnessed).witnesses.toSorted(), ['duru', 'narae']);
});

test('a file that cannot be written is no quorum, and it is tried again', async (t) => {
  const setting = await setUp(t, 3);
  const aside = join(setting.place.folder, 'checkpoint.witnessed.unfinished');
  cpSync(setting.place.signingFolder, aside, { recursive: true });
  const { told, until } = await cosign(t, setting);
  await setting.log.append(numberedEntries(0, 3));
  while (setting.served[0]!.requests < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(told, []);
  rmSync(aside, { recursive: true });
  await until(3);
});

test('when others are to witness, the same checkpoint goes to them', async (t) => {
  const setting = await setUp(t, 4);
  const [narae, duru, sakura, injeung] = setting.served.map(({ peer }) => peer);
  let peers = { witnesses: [narae!, duru!], threshold: 2 };
  const cosigning = await Cosigning.open(
    { folder: setting.place.folder, logKey: setting.place.signingKey.logKey, timeoutMs: 2_000, backoffMsMax: 20 },
    { clock: new HandClock(), log: silentLog, checkpoints: setting.log, peers: () => [peers] },
  );
  whenOver(t, () => cosigning.close());
  const told = (): Promise<Witnessed> =>
    new Promise((resolve) => {
      const stop = cosigning.onWitnessed((witnessed) => (stop(), resolve(witnessed)));
    });
  const first = told();
  await setting.log.append(numberedEntries(0, 3));
  assert.deepEqual((await first).witnesses, ['narae', 'duru']);
  // Nothing has changed for who has cosigned enough.
  peers = { witnesses: [narae!, duru!, sakura!], threshold: 2 };
  cosigning.reconsider();
  peers = { witnesses: [duru!, sakura!, injeung!], threshold: 3 };
  const again = told();
  cosigning.reconsider();
  const { size, witnesses, note } = await again;
  assert.deepEqual([size, witnesses.toSorted()], [3, ['duru', 'injeung', 'sakura']]);
  assert.equal(orThrow(openWitnessed(Buffer.from(note), setting.place.signingKey.logKey, peers)).size, 3);
});

test('any one of several quorums is enough, and its lines stand in the file', async (t) => {
  const setting = await setUp(t, 3);
  const [narae, duru, sakura] = setting.served.map(({ peer }) => peer);
  // One of the first quorum is gone; the second is whole.
  setting.served[1]!.misbehave = (_request, response) => response.writeHead(503).end();
  const first = { witnesses: [narae!, duru!], threshold: 2 };
  // Who is asked at two addresses counts once.
  const moved = { ...narae!, url: narae!.url.replace('127.0.0.1', 'localhost') };
  const peers = [first, { witnesses: [moved, sakura!], threshold: 2 }];
  const cosigning = await Cosigning.open(
    { folder: setting.place.folder, logKey: setting.place.signingKey.logKey, timeoutMs: 2_000, backoffMsMax: 20 },
    { clock: new HandClock(), log: silentLog, checkpoints: setting.log, peers: () => peers },
  );
  whenOver(t, () => cosigning.close());
  const told = new Promise<Witnessed>((resolve) => cosigning.onWitnessed(resolve));
  await setting.log.append(numberedEntries(0, 3));
  const { size, note, witnesses } = await told;
  assert.deepEqual([size, witnesses.toSorted()], [3, ['narae', 'sakura']]);
  const { logKey } = setting.place.signingKey;
  assert.throws(() => orThrow(openWitnessed(Buffer.from(note), logKey, first)), faultCode('QUORUM_NOT_MET'));
  assert.equal(orThrow(openWitnessed(Buffer.from(note), logKey, peers[1]!)).signatures.length, 3);
});
