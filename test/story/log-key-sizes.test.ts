import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { Fault, orThrow } from '../../src/base/fault.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { MemberName } from '../../src/identifiers/member-name.ts';
import { openCheckpoint } from '../../src/ledger/checkpoint.ts';
import { WITNESSED_PATH } from '../../src/ledger/layout.ts';
import { logVerifierOf } from '../../src/ledger/log-verifier.ts';
import { readSigningKey } from '../../src/ledger/note-key.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { verifyLog } from '../../src/ledger/verify.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { makeNextKey } from '../../src/node/member-keys.ts';
import type { Health } from '../../src/node/health.ts';
import type { ConsortiumCommands } from '../support/consortium-commands.ts';
import { decide, governedBy } from '../support/decide.ts';
import { anchored, healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';

const LEDGER = fileURLToPath(new URL('../support/ledger-program.ts', import.meta.url));
// A quorum for the keeper's log is there without the second.
const NAMES = ['one', 'two', 'three', 'four'];
const TWO = 'two' as MemberName;
const DEVICES = [
  '352099001761481',
  '352099001761499',
  '353918057781516',
  '353918057781524',
  '353918057781532',
  '353918057781540',
];

describe('the key of a log is exchanged where the log stands', { timeout: 240_000 }, () => {
  let folder: string;
  let members: LaidOutMember[];
  let nodes: RunningNode[] = [];
  let commands: ConsortiumCommands;
  let close: RunningConsortium['close'];
  let blocked = 0;

  before(async () => {
    ({ folder, members, nodes, commands, close } = await runOperators(NAMES));
  });
  after(() => close(nodes));

  const viewOf = async (node: RunningNode): Promise<Health['logs'][number]> =>
    (await healthOf(node)).logs.find(({ name }) => name === TWO)!;

  /** The second blocks the next device, at every node that runs. @returns the size of its log, which all have witnessed */
  async function block(): Promise<number> {
    await reportStolen(nodes[1]!, DEVICES[blocked++]!);
    for (const node of nodes) await untilAnswer(node, DEVICES[blocked - 1]!, 'BLACKLISTED');
    return untilSame(nodes);
  }

  async function untilSame(among: readonly RunningNode[]): Promise<number> {
    let size = 0;
    await until(async () => {
      const views = await Promise.all(among.map(viewOf));
      ({ size } = views[0]!);
      return size > 0 && views.every((view) => view.size === size && view.witnessedSize === size);
    });
    return size;
  }

  async function untilKey(vkey?: string): Promise<void> {
    const key = vkey ?? (await keysOfTwo()).at(-1)!.vkey;
    await until(async () => (await readFile(dataFolder(members[1]!.folder).logPublicKey, 'utf8')).trim() === key);
    await untilInForce(nodes);
  }

  async function untilInForce(among: readonly RunningNode[]): Promise<void> {
    const { size } = (await governedBy(members[0]!)).head;
    await until(async () =>
      (await Promise.all(among.map(healthOf))).every(({ governance }) => governance.size === size),
    );
  }

  const keysOfTwo = async () =>
    (await governedBy(members[0]!)).consortium.members.find(({ name }) => name === TWO)!.logKeys;

  async function start(place: number): Promise<RunningNode> {
    [nodes[place]] = (await startNodes([members[place]!])) as [RunningNode];
    return nodes[place];
  }

  /** Another node starts while the member is away, and then the member: nobody has let go of a phone. */
  async function restart(size: number): Promise<void> {
    await stopNodes([nodes[1]!, nodes[2]!]);
    const third = await start(2);
    assert.equal((await viewOf(third)).size, size);
    assert.equal((await viewOf(third)).witnessedSize, size);
    for (const device of DEVICES.slice(0, blocked)) await untilAnswer(third, device, 'BLACKLISTED');
    await start(1);
    await untilLevel(nodes, { clock: systemClock });
    await untilBelieved(size);
    for (const node of nodes) {
      for (const device of DEVICES.slice(0, blocked)) await untilAnswer(node, device, 'BLACKLISTED');
    }
  }

  /** Whoever has the keys of today believes every copy, of so many entries or more, and no node finds fault. */
  async function untilBelieved(size: number): Promise<void> {
    const logKey = orThrow(logVerifierOf(await keysOfTwo()));
    const places = members.map((member) => {
      const { log, mirrors } = dataFolder(member.folder);
      return member.name === TWO ? log : join(mirrors, TWO);
    });
    const sizeAt = async (place: string): Promise<number> => {
      const witnessed = openCheckpoint(await readFile(join(place, WITNESSED_PATH)), logKey);
      const verified = await verifyLog({ source: new FolderSource(place), logKey }).catch(() => undefined);
      return witnessed instanceof Fault ? -1 : Math.min(witnessed.size, verified?.size ?? -1);
    };
    await until(async () => (await Promise.all(places.map(sizeAt))).every((found) => found >= size));
    await until(async () => (await Promise.all(nodes.map(viewOf))).every(({ fault }) => fault === undefined));
  }

  it('at its own size: what stands there stays signed, and all start again', async () => {
    await block();
    await anchored(nodes[1]!);
    const size = await block();
    const passed = ['--from-size', String(size - 1), '--to-size', String(size)];
    await assert.rejects(
      commands.decide(['two', 'one', 'three'], 'rotate', 'log', ...passed),
      new RegExp(`LOG_KEY_SIZE_PASSED member=two toSize=${size} needed=${size + 1}\n`),
    );
    await commands.decide(['two', 'one', 'three'], 'rotate', 'log', '--from-size', String(size));
    await untilKey();
    await restart(size);
    await block();
  });

  it('that went past the last size of its old key: the member signs it anew, and all start again', async () => {
    await block();
    const size = await untilSame(nodes);
    const vkey = await makeNextKey(members[1]!.folder, 'log');
    const keeper = { keeper: members[0]!, url: nodes[0]!.addresses.api };
    const log = { vkey, fromSize: size - 1, toSize: size };
    await decide(members, keeper, () => ({ kind: 'member.keys', member: TWO, keys: { log } }));
    await untilKey(vkey);
    await untilBelieved(size);
    await untilSame(nodes);
    await restart(size);
  });

  it('of a member that lost its folder: it restores its log and goes on', async () => {
    const { folder: root, configFile } = members[1]!;
    const [config, { url }] = [await readFile(configFile), (await governedBy(members[0]!)).consortium.members[1]!];
    await block();
    await stopNodes([nodes[1]!]);
    const size = await untilSame([nodes[0]!, nodes[2]!, nodes[3]!]);
    await rm(root, { recursive: true });
    const introduction = join(folder, 'two.again');
    const who = ['--name', 'two', '--domain', 'two.example', '--url', url, '--roles', 'operator'];
    await commands.run('introduce', '--data', root, ...who, '--out', introduction);
    const others = ['one', 'three', 'four'];
    const short = ['--from-size', String(size - 1)];
    await assert.rejects(commands.decide(others, 'recover', introduction, ...short), /LOG_KEY_SIZE_PASSED member=two/);
    const far = ['recover', introduction, '--from-size', String(size + 2)];
    const { genesis, governanceLog } = dataFolder(members[0]!.folder);
    const place = ['--data', members[0]!.folder, '--governance', governanceLog, '--genesis', genesis];
    const words = await commands.run('propose', ...far, ...place, '--out', join(folder, 'far.note'));
    assert.match(words, new RegExp(`\nWARNING: the log of two ends at ${size} here, .* from ${size + 2} on`));
    await commands.decide(others, 'recover', introduction, '--from-size', String(size));
    for (const epoch of ['0', '1']) await commands.decide(others, 'grant-epoch', epoch, 'two');
    await untilInForce([nodes[0]!]);

    const own = dataFolder(root);
    await writeFile(configFile, config);
    await cp(genesis, own.genesis);
    await cp(governanceLog, own.governanceLog, { recursive: true });
    await assert.rejects(start(1), { facts: { code: 'DEMO_NODE_ENDED', member: 'two', exitCode: 1 } });
    const from = `${nodes[0]!.addresses.api}/mirrors/two`;
    const { stdout } = await promisify(execFile)(process.execPath, [LEDGER, 'ledger', 'restore', root, '--from', from]);
    assert.match(stdout, new RegExp(`\n +${size} entries`));
    await start(1);
    await untilLevel(nodes, { clock: systemClock });
    await untilBelieved(size);
    await restart(size);
    await block();
  });

  it('of the keeper while its node is stopped: it starts, and takes the key up once that is in force', async () => {
    const { keys, logPublicKey } = dataFolder(members[0]!.folder);
    const before = await readFile(logPublicKey, 'utf8');
    await stopNodes([nodes[0]!]);
    await commands.decide(['one', 'three', 'four'], 'rotate', 'log', '--from-size', '20');
    assert.equal(await readFile(logPublicKey, 'utf8'), before);
    const next = (await readSigningKey(join(keys, 'log.next.key'))).logKey.vkey;
    const { consortium, head } = await governedBy(members[0]!);
    assert.equal(consortium.members[0]!.logKeys.at(-1)!.vkey, next);
    const first = await start(0);
    await until(async () => (await healthOf(first)).governance.size === head.size);
    await until(async () => (await readFile(logPublicKey, 'utf8')).trim() === next);
  });
});
