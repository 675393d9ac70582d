import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { orThrow } from '../../src/base/fault.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { openCheckpoint, signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { proveEquivocation } from '../../src/ledger/equivocation.ts';
import { readSigningKey } from '../../src/ledger/note-key.ts';
import { readCheckpoint } from '../../src/ledger/reader.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { ConsortiumCommands } from '../support/consortium-commands.ts';
import { anchored, healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';

const NAMES = ['one', 'two', 'three'];
const [BEFORE, AFTER] = ['352099001761481', '353918057781516'];

describe('a member that signed two histories', { timeout: 150_000 }, () => {
  let members: LaidOutMember[];
  let nodes: RunningNode[] = [];
  let commands: ConsortiumCommands;
  let close: RunningConsortium['close'];
  before(async () => {
    ({ members, nodes, commands, close } = await runOperators(NAMES));
  });
  after(() => close(nodes));

  const viewsOfTwo = async () =>
    Promise.all(
      [nodes[0]!, nodes[2]!].map(async (node) => (await healthOf(node)).logs.find(({ name }) => name === 'two')!),
    );

  it('is held by all, and goes on under a new key from the history that the others chose', async () => {
    const { log, logKey: keyFile } = dataFolder(members[1]!.folder);
    await reportStolen(nodes[1]!, BEFORE);
    for (const node of nodes) await untilAnswer(node, BEFORE, 'BLACKLISTED');
    const held = await anchored(nodes[1]!);
    await until(async () => (await viewsOfTwo()).every((view) => view.witnessedSize === held));
    const key = await readSigningKey(keyFile);
    const ours = await readCheckpoint(new FolderSource(log), key.logKey);
    const theirs = signCheckpoint({ ...ours, root: Buffer.alloc(32, 7) }, [key]);
    const proof = await proveEquivocation([ours, orThrow(openCheckpoint(Buffer.from(theirs), key.logKey))], key);
    for (const { addresses } of [nodes[0]!, nodes[2]!]) {
      const answer = await fetch(`${addresses.api}/equivocations/two`, { method: 'POST', body: proof! });
      assert.ok(answer.ok, await answer.text());
    }
    await until(async () => (await viewsOfTwo()).every(({ fault }) => fault === 'FOLLOW_FORKED'));

    const { size, root } = await readCheckpoint(new FolderSource(log), key.logKey);
    const history = `${size}:${root.toString('hex')}`;
    await commands.decide(['two', 'one', 'three'], 'rotate', 'log', '--settle', history);
    await until(async () => (await viewsOfTwo()).every(({ fault }) => fault === undefined));
    // What it signed with the old key before it heard of this would be beyond the history that counts.
    await until(async () => {
      const sizes = await Promise.all(nodes.map(async (node) => (await healthOf(node)).governance.size));
      return new Set(sizes).size === 1;
    });
    await reportStolen(nodes[1]!, AFTER);
    for (const node of nodes) await untilAnswer(node, AFTER, 'BLACKLISTED');
    await until(async () => (await viewsOfTwo()).every((view) => view.size > size && view.witnessedSize === view.size));

    // What convicted it convicts it no more, and is kept.
    const again = await fetch(`${nodes[0]!.addresses.api}/equivocations/two`, { method: 'POST', body: proof! });
    assert.deepEqual([again.status, ((await again.json()) as { code: string }).code], [422, 'CHECKPOINT_OVERRULED']);
    assert.match(await (await fetch(`${nodes[0]!.addresses.api}/equivocations/two`)).text(), /equivocation@v1/);
    await stopNodes([nodes[0]!]);
    [nodes[0]] = (await startNodes([members[0]!])) as [RunningNode];
    await untilLevel(nodes, { clock: systemClock });
    await untilAnswer(nodes[0], AFTER, 'BLACKLISTED');
  });
});
