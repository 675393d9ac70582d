import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { layOutOperators } from '../support/consortium.ts';
import { ConsortiumCommands } from '../support/consortium-commands.ts';
import { healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningStore, startStaticStore } from '../support/static-store.ts';

const TOKEN = 'of-the-store';
const FROM_INSIDE = '352099001761481';
const FROM_OUTSIDE = '353918057781516';

describe('a member that nobody can reach, with a static store for an address', { timeout: 180_000 }, () => {
  let nodes: RunningNode[] = [];
  let members: LaidOutMember[];
  let store: RunningStore;
  let commands: ConsortiumCommands;
  let remove: () => Promise<void>;
  let startedMs: number;
  before(async () => {
    // With four, a quorum of two holds without the witness that cannot be asked.
    const laidOut = await layOutOperators(['one', 'two', 'three', 'four'], { peers: { port: 0 } });
    ({ members, remove } = laidOut);
    commands = new ConsortiumCommands({ folder: laidOut.folder, keeper: 'one' });
    store = await startStaticStore(join(laidOut.folder, 'store'), TOKEN);
    await commands.decide(['one', 'two', 'three'], 'url', 'four', store.url);
    const { configFile, folder } = members[3]!;
    const node = JSON.parse(await readFile(configFile, 'utf8')) as Record<string, unknown>;
    await writeFile(join(folder, 'store-token'), TOKEN);
    await writeFile(configFile, JSON.stringify({ ...node, publish: [{ url: store.url, tokenFile: 'store-token' }] }));
    startedMs = systemClock.steadyMs();
    nodes = await startNodes(members);
  });
  after(async () => {
    await stopNodes(nodes);
    commands.close();
    store?.close();
    await remove();
  });

  it('blocks at the others, and enforces what they state', async () => {
    const [one, , , four] = nodes;
    await reportStolen(four!, FROM_INSIDE);
    await untilAnswer(one!, FROM_INSIDE, 'BLACKLISTED');
    await reportStolen(one!, FROM_OUTSIDE);
    await untilAnswer(four!, FROM_OUTSIDE, 'BLACKLISTED');
  });

  it('has its log cosigned, and the cosigned checkpoint published', async () => {
    const [one, , , four] = nodes;
    await until(async () => {
      const log = (await healthOf(one!)).logs.find(({ name }) => name === 'four')!;
      return log.size > 0 && log.witnessedSize === log.size && log.fault === undefined;
    });
    const { published, witnesses } = await healthOf(four!);
    assert.partialDeepStrictEqual(published, [{ place: store.url }]);
    assert.ok(published![0]!.size > 0 && published![0]!.fault === undefined);
    assert.ok(witnesses.filter(({ size }) => size !== undefined).length >= 2);
  });

  it('serves members nowhere: on the port of the API there is nothing of theirs, and their listener is on loopback', async () => {
    const { api, peers } = nodes[3]!.addresses;
    assert.equal((await fetch(`${api}/healthz`)).status, 200);
    const places = ['log/checkpoint', 'mirrors/one/checkpoint', 'governance/checkpoint', 'hints', 'equivocations'];
    for (const place of places) assert.equal((await fetch(`${api}/${place}`)).status, 404, place);
    const asked = { method: 'POST', body: 'old 0' };
    assert.equal((await fetch(`${api}/witness/add-checkpoint`, asked)).status, 404);
    assert.match(peers!, /^https:\/\/127\.0\.0\.1:/);
  });

  it('goes on where it was after its node was killed', async () => {
    const four = nodes.pop()!;
    four.process.kill('SIGKILL');
    const [again] = await startNodes([members[3]!]);
    nodes.push(again!);
    await reportStolen(again!, '352099001761499');
    await untilAnswer(nodes[0]!, '352099001761499', 'BLACKLISTED');
  });

  it('is asked by the others once a minute at most for what only nodes have', async () => {
    const countOf = (path: string): number => store.misses.filter((missed) => missed === path).length;
    for (const path of ['/governance/checkpoint', '/hints', '/equivocations']) {
      await until(() => countOf(path) > 0);
      // Three others, and each may ask twice before it has the first answer.
      const countMax = 6 * Math.ceil((systemClock.steadyMs() - startedMs) / 60_000);
      assert.ok(countOf(path) <= countMax, `${path}: ${countOf(path)}`);
    }
    assert.ok(!store.misses.some((missed) => missed.startsWith('/mirrors/')));
  });
});
