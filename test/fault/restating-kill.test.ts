import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { MemberName } from '../../src/identifiers/member-name.ts';
import { type ImeiKey, imeiText } from '../../src/identifiers/imei.ts';
import { decodeEntry, isSealed, type SealedEntry } from '../../src/ledger/entry.ts';
import { readEntries, readUnverifiedCheckpoint } from '../../src/ledger/reader.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { readRestating } from '../../src/node/restating-file.ts';
import type { StandingDigest } from '../../src/portals/dependencies.ts';
import { newSharedKey } from '../../src/sealing/shared-key.ts';
import { deskOf, layOutOperators } from '../support/consortium.ts';
import { decide } from '../support/decide.ts';
import { healthOf, until, untilAnswer } from '../support/nodes.ts';

const KILLS = Number(process.env['BONGSU_KILLS'] ?? 5);
/** More than are appended together, so that a kill may fall between. */
const CASES = 7;
const DEVICES_OF_CASE = 100;
/** After the epoch has opened, or the node has come back: most of it lies in the stating anew. */
const LIFE_MS_MAX = 400;
const TIMEOUT_MS = 300_000;

describe(`a node that is killed ${KILLS} times while it states anew`, { timeout: TIMEOUT_MS }, () => {
  let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
  let members: LaidOutMember[];
  let nodes: RunningNode[];
  before(async () => {
    laidOut = await layOutOperators(['one', 'two', 'three']);
    ({ members } = laidOut);
    nodes = await startNodes(members);
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await laidOut.remove();
  });

  it('loses none of its statements, and states none twice', async (t) => {
    const desk = await deskOf(nodes[1]!);
    for (let number = 0; number < CASES; number++) {
      await desk.ask('POST', '/v1/device-cases', { body: { devices: devicesOf(number), reason: 'stolen' } });
    }
    const stated = (await sealedEntries(members[1]!)).map(({ index }) => index);
    assert.equal(stated.length, CASES * DEVICES_OF_CASE);
    await decide(
      members,
      { keeper: members[0]!, url: nodes[0]!.addresses.api },
      async ({ epochs, members: named }) => ({
        kind: 'epoch.opened',
        number: epochs.length + 1,
        ...((await newSharedKey(named)) as { keyDigest: string; wraps: ReadonlyMap<MemberName, string> }),
      }),
    );
    const done: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      if (kill === 0) await until(async () => (await ownSize()) > stated.at(-1)! + DEVICES_OF_CASE);
      await wait(Math.random() * LIFE_MS_MAX);
      await killNode(nodes[1]!);
      done.push((await continued(members[1]!)).length);
      [nodes[1]] = (await startNodes([members[1]!])) as [RunningNode];
    }
    t.diagnostic(`stated anew at each kill: ${done.join(', ')}`);
    await until(async () => {
      const { restating } = await healthOf(nodes[1]!);
      const own = restating?.members.find(({ name }) => name === 'two');
      return restating?.epoch === 2 && own?.inForce === 0 && own.undecided === 0;
    });
    assert.deepEqual(
      (await continued(members[1]!)).sort((a, b) => a - b),
      stated,
    );
    await endFirstEpoch();
    for (const node of nodes) {
      for (const imei of [devicesOf(0)[0]!, devicesOf(CASES - 1)[DEVICES_OF_CASE - 1]!]) {
        await untilAnswer(node, imei, 'BLACKLISTED');
      }
      assert.ok((await healthOf(node)).logs.every(({ quarantined }) => quarantined === 0));
    }
    assert.equal(new Set((await digests()).map(({ sha256 }) => sha256)).size, 1);
  });

  async function ownSize(): Promise<number> {
    return (await healthOf(nodes[1]!)).logs.find(({ name }) => name === 'two')!.size;
  }

  async function endFirstEpoch(): Promise<void> {
    await until(async () => {
      const seen = await readRestating(members[0]!.folder);
      const counts = Object.values(seen?.members ?? {});
      return seen?.epoch === 2 && counts.every(({ inForce }) => Object.keys(inForce).length === 0);
    });
    const seen = (await readRestating(members[0]!.folder))!;
    const sizes = Object.entries(seen.members).map(([name, { size }]) => [name as MemberName, size] as const);
    await decide(members, { keeper: members[0]!, url: nodes[0]!.addresses.api }, () => ({
      kind: 'epoch.ended',
      number: 1,
      restated: new Map(sizes),
    }));
  }

  /** Once all nodes rest on the same, after the end of the epoch. */
  async function digests(): Promise<StandingDigest[]> {
    let all: StandingDigest[] = [];
    await until(async () => {
      all = [];
      for (const node of nodes) all.push(await (await deskOf(node)).ask('GET', '/v1/standing-digest'));
      const [{ governance, logs }] = all as [StandingDigest];
      return governance === 3 && all.every((one) => one.governance === 3 && isDeepStrictEqual(one.logs, logs));
    });
    return all;
  }
});

async function killNode({ process: child }: RunningNode): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** The indexes that a member's log says are stated anew. */
async function continued(member: LaidOutMember): Promise<number[]> {
  return (await sealedEntries(member)).flatMap(({ entry: { continues } }) =>
    continues === undefined ? [] : [continues],
  );
}

async function sealedEntries({ folder }: LaidOutMember): Promise<{ index: number; entry: SealedEntry }[]> {
  const source = new FolderSource(join(folder, 'log'));
  const { size } = await readUnverifiedCheckpoint(source);
  const found: { index: number; entry: SealedEntry }[] = [];
  for await (const { firstIndex, entries } of readEntries(source, { size, from: 0, to: size })) {
    for (const [place, bytes] of entries.entries()) {
      const entry = decodeEntry(bytes);
      if (isSealed(entry)) found.push({ index: firstIndex + place, entry });
    }
  }
  return found;
}

function devicesOf(number: number): string[] {
  return Array.from({ length: DEVICES_OF_CASE }, (_, device) => {
    return imeiText((35_300_000_100_000 + number * 1_000_000 + device * 7) as ImeiKey);
  });
}
