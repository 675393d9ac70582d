import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { readSigningKey } from '../../src/ledger/note-key.ts';
import { restoreLog } from '../../src/ledger/restore.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { Health } from '../../src/node/health.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { deskOf, layOutOperators } from '../support/consortium.ts';

const [STATED, FORKED, NEVER] = ['352099001761481', '353918057781516', '358240051111110'] as const;
const TIMEOUT_MS = 120_000;
const ATTEMPTS_MAX = 60;
const INTERVAL_MS = 500;

describe('a node that was started from an old copy while nobody could tell it', { timeout: TIMEOUT_MS }, () => {
  let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
  const running: RunningNode[] = [];
  let one: RunningNode;
  const start = async (...places: number[]): Promise<RunningNode[]> => {
    const nodes = await startNodes(places.map((place) => laidOut.members[place]!));
    running.push(...nodes);
    return nodes;
  };

  before(async () => {
    laidOut = await layOutOperators(['one', 'two', 'three']);
    const { folder, members } = laidOut;
    const [first] = await start(0);
    await stopNodes([first!]);
    await cp(members[0]!.folder, join(folder, 'copy'), { recursive: true });
    const all = await start(0, 1, 2);
    await untilLevel(all, { clock: systemClock });
    await report(all[0]!, STATED);
    await until('the others have cosigned it', async () => (await ownLogOf(all[0]!)).witnessedSize > 0);
    await stopNodes(all);
    await rm(members[0]!.folder, { recursive: true });
    await cp(join(folder, 'copy'), members[0]!.folder, { recursive: true });
    // Somebody says that the copy is all there is, and is wrong.
    const { log, signing: signingFolder, logKey } = dataFolder(members[0]!.folder);
    await restoreLog({ from: log, folder: log, signingFolder, logKey: (await readSigningKey(logKey)).logKey });
    [one] = (await start(0)) as [RunningNode];
    await report(one, FORKED);
  });
  after(async () => {
    await stopNodes(running);
    await laidOut.remove();
  });

  it('signs nothing more once a witness has shown it what it signed before, and its gates go on', async () => {
    await start(1, 2);
    await until('it says so', async () => (await ownLogOf(one)).fault === 'LEDGER_SIGNING_STOPPED');
    assert.equal((await healthOf(one)).ok, false);
    const { size } = await ownLogOf(one);
    await assert.rejects(report(one, NEVER));
    assert.equal((await ownLogOf(one)).size, size);
    const probe = await N5gEirProbe.connect({ apiRoot: `http://${one.addresses.n5gEir}` });
    assert.equal((await probe.check({ pei: `imei-${FORKED}` })).status, 'BLACKLISTED');
    await probe.close();
  });
});

async function healthOf({ addresses }: RunningNode): Promise<Health> {
  return (await (await fetch(`${addresses.api}/healthz`)).json()) as Health;
}

async function ownLogOf(node: RunningNode): Promise<Health['logs'][number]> {
  return (await healthOf(node)).logs.find(({ name }) => name === node.name)!;
}

async function report(node: RunningNode, imei: string): Promise<void> {
  await (await deskOf(node)).ask('POST', '/v1/device-cases', { body: { devices: [imei], reason: 'stolen' } });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await isSo()) return;
    await wait(INTERVAL_MS);
  }
  assert.fail(what);
}
