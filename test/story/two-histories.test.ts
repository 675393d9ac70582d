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
import { deskOf, layOutOperators } from '../support/consortium.ts';
import { healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';

const NAMES = ['one', 'two', 'three', 'four'];
const [BLOCKED, LATER] = ['352099001761481', '353918057781516'];
const OF_TWO = '490154203237518';
const OF_THREE = ['352099001761499', '356938035643809'];

describe('a proof of two histories', { timeout: 150_000 }, () => {
  let members: LaidOutMember[];
  let nodes: RunningNode[] = [];
  let remove: () => Promise<void>;
  before(async () => {
    ({ members, remove } = await layOutOperators(NAMES));
    nodes = await startNodes(members);
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await remove();
  });

  const nodeOf = (name: string): RunningNode => nodes.find((node) => node.name === name)!;
  const faultOf = async (of: string, at: string): Promise<string | undefined> =>
    (await healthOf(nodeOf(at))).logs.find(({ name }) => name === of)!.fault;
  const untilConvicted = async (of: string, at: readonly string[]): Promise<void> => {
    for (const name of at) await until(async () => (await faultOf(of, name)) === 'FOLLOW_FORKED');
  };
  /** A checkpoint of another tree, signed with that member's key: of the size of its log, or so much smaller. */
  const forged = async (of: string, smaller = 0) => {
    const { log, logKey } = dataFolder(nodeOf(of).folder);
    const key = await readSigningKey(logKey);
    const ours = await readCheckpoint(new FolderSource(log), key.logKey);
    const other = { ...ours, size: ours.size - smaller, root: Buffer.alloc(32, 7) };
    return { key, ours, note: signCheckpoint(other, [key]) };
  };
  const askWitness = (at: string, body: string): Promise<Response> =>
    fetch(`${nodeOf(at).addresses.api}/witness/add-checkpoint`, { method: 'POST', body });

  it('reaches who was away, and the member that it is about; nothing more of that log takes effect', async () => {
    const reported = await reportStolen(nodeOf('one'), BLOCKED);
    await reportStolen(nodeOf('two'), OF_TWO);
    for (const imei of OF_THREE) await reportStolen(nodeOf('three'), imei);
    for (const node of nodes) await untilAnswer(node, BLOCKED, 'BLACKLISTED');
    for (const node of nodes) {
      await until(async () => {
        const { logs } = await healthOf(node);
        return logs.every(({ size, witnessedSize }, place) => size >= [1, 1, 2, 0][place]! && witnessedSize === size);
      });
    }
    await stopNodes([nodeOf('four')]);
    const { key, ours, note } = await forged('one');
    const proof = await proveEquivocation([ours, orThrow(openCheckpoint(Buffer.from(note), key.logKey))], key);
    const handed = await fetch(`${nodeOf('two').addresses.api}/equivocations/one`, { method: 'POST', body: proof! });
    assert.equal(handed.status, 200);
    assert.match(await handed.text(), /^one\/[0-9a-f]{16}\n$/);
    await untilConvicted('one', ['two', 'three']);
    await until(async () => (await faultOf('one', 'one')) === 'LEDGER_CONVICTED');
    assert.equal((await healthOf(nodeOf('one'))).ok, false);

    await reportStolen(nodeOf('one'), LATER);
    const desk = await deskOf(nodeOf('one'));
    await desk.ask('POST', `/v1/device-cases/${reported}/release`, { body: { reason: 'recovered' } });
    nodes[3] = (await startNodes([members[3]!]))[0]!;
    // It asked before it followed anybody.
    assert.equal(await faultOf('one', 'four'), 'FOLLOW_FORKED');
    await until(async () => {
      const { witnesses } = await healthOf(nodeOf('one'));
      return witnesses.length === 3 && witnesses.every(({ fault }) => fault === 'WITNESS_REFUSED');
    });
    for (const name of ['two', 'three', 'four']) {
      await untilAnswer(nodeOf(name), BLOCKED, 'BLACKLISTED');
      await untilAnswer(nodeOf(name), LATER, 'WHITELISTED');
    }
    // What permits waits for witnesses at its own member too.
    await untilAnswer(nodeOf('one'), BLOCKED, 'BLACKLISTED');
    const listed = await (await fetch(`${nodeOf('four').addresses.api}/equivocations`)).text();
    assert.match(listed, /^one\/[0-9a-f]{16}\n$/);
  });

  it('is made by a witness that is asked for a second tree of one size, and handed to all', async () => {
    const { ours, note } = await forged('two');
    assert.equal((await askWitness('three', `old ${ours.size}\n\n${note}`)).status, 422);
    await untilConvicted('two', ['three', 'four', 'one']);
    assert.match(await (await fetch(`${nodeOf('three').addresses.api}/equivocations/two`)).text(), /equivocation@v1/);
    await until(async () => (await faultOf('two', 'two')) === 'LEDGER_CONVICTED');
  });

  it('is made of a smaller checkpoint too, whatever the witness answers to it', async () => {
    const { note } = await forged('three', 1);
    assert.equal((await askWitness('four', `old 0\n\n${note}`)).status, 409);
    await untilConvicted('three', ['four', 'one', 'two']);
  });
});
