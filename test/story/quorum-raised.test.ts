import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { WITNESSED_PATH } from '../../src/ledger/layout.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { LogHealth } from '../../src/node/health.ts';
import type { ConsortiumCommands } from '../support/consortium-commands.ts';
import { deskOf } from '../support/consortium.ts';
import { healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';
import { type RunningStore, startStaticStore } from '../support/static-store.ts';

const FOUNDERS = ['one', 'two', 'three', 'four'];
const [BY_TWO, BY_THREE, STAYS] = ['352099001761481', '353918057781516', '490154203237518'] as const;
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

describe('a member that joins after the quorum has risen', { timeout: 200_000 }, () => {
  let members: LaidOutMember[];
  let folder: string;
  let close: RunningConsortium['close'];
  let commands: ConsortiumCommands;
  let nodes: RunningNode[] = [];
  let store: RunningStore | undefined;
  before(async () => {
    ({ folder, members, nodes, commands, close } = await runOperators(FOUNDERS));
  });
  after(async () => {
    store?.close();
    await close(nodes);
  });

  const node = (name: string): RunningNode => nodes.find((one) => one.name === name)!;
  const stop = async (name: string): Promise<void> => {
    await stopNodes([node(name)]);
    nodes = nodes.filter((one) => one.name !== name);
  };
  const witnessedFile = (member: string, owner: string): string =>
    join(dataFolder(join(folder, member)).mirrors, owner, WITNESSED_PATH);
  /** How many have cosigned what a member's mirror serves of another's log. */
  const cosignatures = async (member: string, owner: string): Promise<number> =>
    (await readFile(witnessedFile(member, owner), 'utf8')).match(/^— witness\./gm)!.length;
  const isCosignedByAll = (member: string, owner: string): Promise<void> =>
    until(async () => (await cosignatures(member, owner)) === 3);
  const logAt = async (member: string, owner: string): Promise<LogHealth> =>
    (await healthOf(node(member))).logs.find(({ name }) => name === owner)!;
  const reportAndRelease = async (name: string, imei: string): Promise<void> => {
    const reported = await reportStolen(node(name), imei);
    const desk = await deskOf(node(name));
    await desk.ask('POST', `/v1/device-cases/${reported}/release`, { body: { reason: 'recovered' } });
    for (const one of nodes) await untilAnswer(one, imei, 'WHITELISTED');
  };

  it('is admitted while two of three witnesses are enough', async () => {
    const introduction = join(folder, 'five.introduction');
    const address = ['--domain', 'five.example', '--url', NOWHERE, '--roles', 'operator', '--out', introduction];
    await commands.run('introduce', '--data', join(folder, 'five'), '--name', 'five', ...address);
    const founders = ['one', 'two', 'three'];
    await commands.decide(founders, 'policy', '--faulty', '0', ...FOUNDERS.flatMap((name) => ['--witness', name]));
    await commands.decide(founders, 'admit', introduction);
    await commands.decide(founders, 'grant-epoch', '0', 'five');
    await commands.decide(founders, 'grant-epoch', '1', 'five');
    await until(async () =>
      (await Promise.all(nodes.map(healthOf))).every(({ governance }) => governance.size === 5 && !governance.waiting),
    );
  });

  it('a release is cosigned by two of them, while the third is away', async () => {
    await stop('four');
    await reportAndRelease('two', BY_TWO);
    await reportAndRelease('three', BY_THREE);
    await reportStolen(node('one'), STAYS);
    for (const owner of ['two', 'three']) assert.equal(await cosignatures('one', owner), 2);
  });

  it('all three are wanted: who mirrors the same checkpoint takes what its owner gathers anew', async () => {
    nodes.push(...(await startNodes([members[3]!])));
    await commands.decide(['one', 'two', 'four'], 'policy', '--faulty', '1');
    // A report, a release and the anchor that follows them: from then on the log does not grow by itself.
    for (const owner of ['two', 'three']) await until(async () => (await logAt('four', owner)).size === 3);
    for (const owner of ['two', 'three']) {
      for (const mirror of ['one', 'four']) if (mirror !== owner) await isCosignedByAll(mirror, owner);
    }
    await isCosignedByAll('four', 'one');
  });

  it('an owner who is removed gathers nothing: the others find it among the witnesses', async () => {
    const { size: logSize } = await logAt('four', 'three');
    await commands.decide(['one', 'two', 'four'], 'remove', 'three', '--log-size', `${logSize}`);
    await until(async () =>
      (await Promise.all(nodes.map(healthOf))).every(({ governance }) => governance.size === 7 && !governance.waiting),
    );
    await stopNodes(nodes.splice(0));
    const alive = members.filter(({ name }) => name !== 'three');
    // As it was before the owner had gathered anew.
    for (const { name } of alive) {
      const file = witnessedFile(name, 'three');
      await writeFile(file, (await readFile(file, 'utf8')).replace(/[^\n]+\n$/, ''));
      assert.equal(await cosignatures(name, 'three'), 2);
    }
    nodes = await startNodes(alive);
    for (const { name } of alive) await isCosignedByAll(name, 'three');
    await until(async () => {
      const { size, witnessedSize, witnessedFault } = await logAt('four', 'three');
      return size === witnessedSize && witnessedFault === undefined;
    });
  });

  it('has only what one mirror held, and answers as everybody did', async () => {
    await stopNodes(nodes.splice(0));
    const four = dataFolder(members[3]!.folder);
    const files = join(folder, 'static');
    await cp(four.governanceLog, join(files, 'governance'), { recursive: true });
    await cp(four.mirrors, join(files, 'mirrors'), { recursive: true });
    await cp(four.log, join(files, 'mirrors', 'four'), { recursive: true });
    store = await startStaticStore(files);
    const data = join(folder, 'five');
    await cp(four.genesis, dataFolder(data).genesis);
    const follow = { mirrors: [store.url] };
    const config = { ...members[0]!.node, member: 'five', api: { port: 0 }, governanceFrom: [], follow };
    const configFile = join(data, 'node.json');
    await writeFile(configFile, JSON.stringify(config));
    nodes = await startNodes([{ name: 'five', node: config, folder: data, configFile }]);
    await untilAnswer(node('five'), STAYS, 'BLACKLISTED');
    for (const imei of [BY_TWO, BY_THREE]) await untilAnswer(node('five'), imei, 'WHITELISTED');
    for (const owner of ['two', 'three']) assert.equal((await logAt('five', owner)).waiting, 0);
  });
});
