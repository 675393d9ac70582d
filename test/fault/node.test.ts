import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { Health } from '../../src/node/health.ts';
import { layOutOperators } from '../support/consortium.ts';
import { anchored, healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { flipBit } from '../support/written-log.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const STOLEN = '352099001761481';
const FOUND = '353918057781516';

const viewOfOne = async (node: RunningNode): Promise<Health['logs'][number]> =>
  (await healthOf(node)).logs.find(({ name }) => name === 'one')!;

describe('a node', () => {
  const running: RunningNode[] = [];
  const start = async (members: readonly LaidOutMember[]): Promise<RunningNode[]> => {
    const nodes = await startNodes(members);
    running.push(...nodes);
    return nodes;
  };
  const layOut = async (...names: string[]) => {
    const laidOut = await layOutOperators(names);
    removals.push(laidOut.remove);
    return laidOut;
  };
  const removals: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await stopNodes(running.splice(0));
    await Promise.all(removals.splice(0).map((remove) => remove()));
  });

  it('refuses a data folder that another process holds: FOLDER_IN_USE', async () => {
    const { members } = await layOut('one');
    await start(members);
    const second = await failToStart(members[0]!);
    assert.match(second, /^FOLDER_IN_USE /m);
  });

  it('refuses a configuration with an unknown field, and names it: NODE_CONFIG_MALFORMED', async () => {
    const { members } = await layOut('one');
    await change(members[0]!.configFile, (config) => ({ ...config, gats: {} }));
    assert.match(await failToStart(members[0]!), /^NODE_CONFIG_MALFORMED .*gats/m);
  });

  it('pushes to no store without the token that it names: STORE_TOKEN_UNREADABLE', async () => {
    const { members } = await layOut('one');
    const publish = [{ url: 'http://127.0.0.1:1', tokenFile: 'not-there' }];
    await change(members[0]!.configFile, (config) => ({ ...config, publish }));
    assert.match(await failToStart(members[0]!), /^STORE_TOKEN_UNREADABLE .*not-there/m);
  });

  it('refuses a log key that governance does not have for it: NODE_KEY_NOT_IN_CONSORTIUM', async () => {
    const { members } = await layOut('one', 'two');
    const [one, two] = members.map(({ folder }) => join(folder, 'keys', 'log.key'));
    await cp(two!, one!);
    assert.match(await failToStart(members[0]!), /^NODE_KEY_NOT_IN_CONSORTIUM /m);
  });

  it('opens nothing with the sealing key of another member: WRAPPED_KEY_NOT_FOR_US', async () => {
    const { members } = await layOut('one', 'two');
    const [one, two] = members.map(({ folder }) => join(folder, 'keys', 'sealing.key'));
    await cp(two!, one!);
    assert.match(await failToStart(members[0]!), /^WRAPPED_KEY_NOT_FOR_US$/m);
  });

  it('trusts nothing without its genesis checkpoint, nor another consortium’s log: GENESIS_…', async () => {
    const { members, folder } = await layOut('one', 'two');
    const others = await layOut('one', 'two');
    const genesis = join(members[0]!.folder, 'genesis');
    await cp(join(others.members[0]!.folder, 'genesis'), genesis);
    assert.match(await failToStart(members[0]!), /^GENESIS_OF_OTHER_LOG$/m);
    await writeFile(genesis, 'rubbish');
    assert.match(await failToStart(members[0]!), /^NOTE_MALFORMED /m);
    await rm(genesis);
    assert.match(await failToStart(members[0]!), /^GENESIS_UNREADABLE /m);
    await rm(join(members[1]!.folder, 'governance-log'), { recursive: true, force: true });
    await rm(join(folder, 'governance'), { recursive: true });
    assert.match(await failToStart(members[1]!), /^GOVERNANCE_NOT_FOUND /m);
  });

  it('is no node of a member that governance does not have: NODE_NOT_A_MEMBER', async () => {
    const { members } = await layOut('one', 'two');
    await change(members[1]!.configFile, (config) => ({ ...config, member: 'three' }));
    assert.match(await failToStart(members[1]!), /^NODE_NOT_A_MEMBER /m);
  });

  it('that is killed keeps what it acknowledged, and its gates what others stated', async () => {
    const { members } = await layOut('one', 'two');
    const [one, two] = await start(members);
    await untilLevel([one!, two!], { clock: systemClock });
    await reportStolen(one!, STOLEN);
    await untilAnswer(two!, STOLEN, 'BLACKLISTED');
    for (const node of [one!, two!]) {
      node.process.kill('SIGKILL');
      await once(node.process, 'exit');
    }
    // The other member is down, so all that it knows is on its own disk.
    const [again] = await start([members[1]!]);
    await untilAnswer(again!, STOLEN, 'BLACKLISTED');
  });

  it('with a damaged snapshot folds standing anew', async () => {
    const { members } = await layOut('one');
    const [first] = await start(members);
    await reportStolen(first!, STOLEN);
    await stopNodes([first!]);
    const snapshot = join(members[0]!.folder, 'standing.snapshot');
    const bytes = await readFile(snapshot);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(snapshot, bytes);
    const [again] = await start(members);
    await untilAnswer(again!, STOLEN, 'BLACKLISTED');
  });

  it('does not enforce what a rotten file of a mirror says, and fetches it again', async () => {
    const { members } = await layOut('one', 'two');
    const [one, two] = await start(members);
    await untilLevel([one!, two!], { clock: systemClock });
    await reportStolen(one!, STOLEN);
    await untilAnswer(two!, STOLEN, 'BLACKLISTED');
    const size = await anchored(one!);
    await until(async () => (await viewOfOne(two!)).size === size);
    await stopNodes([one!, two!]);
    await rm(join(two!.folder, 'standing.snapshot'));
    const mirror = join(two!.folder, 'mirrors', 'one');
    await flipBit(join(mirror, 'tile', 'entries', '000.p', `${size}`), -1);
    await rm(join(mirror, 'checkpoint.witnessed'), { force: true });
    const [alone] = await start([members[1]!]);
    await untilAnswer(alone!, STOLEN, 'WHITELISTED');
    // While the owner is away, its own witness gives back the quorum, but nobody the entries.
    await until(async () => (await viewOfOne(alone!)).witnessedSize === size);
    await start([members[0]!]);
    await untilAnswer(alone!, STOLEN, 'BLACKLISTED');
  });

  it('ends when it cannot start, whatever it has begun: KEY_MALFORMED', async () => {
    const { members } = await layOut('one', 'two', 'three');
    // It follows governance and witnesses when it comes to this key.
    await writeFile(join(members[0]!.folder, 'keys', 'own-log.key'), 'rubbish');
    assert.match(await failToStart(members[0]!), /^KEY_MALFORMED /m);
  });

  it('whose log was forked refuses to sign: LEDGER_CONTRADICTS_MIRROR', async () => {
    const { members, folder } = await layOut('one', 'two');
    const [one, two] = await start(members);
    await untilLevel([one!, two!], { clock: systemClock });
    await stopNodes([one!]);
    await cp(one!.folder, join(folder, 'backup'), { recursive: true });
    const [later] = await start([members[0]!]);
    await reportStolen(later!, STOLEN);
    await untilAnswer(two!, STOLEN, 'BLACKLISTED');
    await stopNodes([later!, two!]);

    // While nobody can be asked, the restored folder goes another way.
    await rm(one!.folder, { recursive: true });
    await cp(join(folder, 'backup'), one!.folder, { recursive: true });
    assert.match(await failToStart(members[0]!), /^LEDGER_MOVED_ALONE /m);
    // Somebody says that nothing was signed since, and is wrong.
    const word = await bongsu('ledger', 'restore', one!.folder, '--from', join(one!.folder, 'log'));
    assert.equal(word.exitCode, 0, word.errors);
    const [alone] = await start([members[0]!]);
    await reportStolen(alone!, FOUND);
    await stopNodes([alone!]);
    await start([members[1]!]);
    assert.match(await failToStart(members[0]!), /^LEDGER_CONTRADICTS_MIRROR /m);
  });

  it('restored whole from a backup refuses to sign: LEDGER_BEHIND_MIRROR; ledger restore brings it level', async () => {
    const { members, folder } = await layOut('one', 'two');
    const [one, two] = await start(members);
    await untilLevel([one!, two!], { clock: systemClock });
    await stopNodes([one!]);
    const backup = join(folder, 'backup');
    await cp(one!.folder, backup, { recursive: true });

    const [later] = await start([members[0]!]);
    await reportStolen(later!, STOLEN);
    await untilAnswer(two!, STOLEN, 'BLACKLISTED');
    await stopNodes([later!]);
    await rm(one!.folder, { recursive: true });
    await cp(backup, one!.folder, { recursive: true });

    assert.match(await failToStart(members[0]!), /^LEDGER_BEHIND_MIRROR /m);
    const from = `${two!.addresses.api}/mirrors/one`;
    const restored = await bongsu('ledger', 'restore', one!.folder, '--from', from);
    assert.equal(restored.exitCode, 0, restored.errors);
    const [back] = await start([members[0]!]);
    await untilAnswer(back!, STOLEN, 'BLACKLISTED');
    await reportStolen(back!, FOUND);
    await untilAnswer(two!, FOUND, 'BLACKLISTED');
  });
});

async function change(file: string, edit: (config: object) => object): Promise<void> {
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as object)));
}

/** Starts a node that must not start. @returns what it said */
async function failToStart({ configFile }: LaidOutMember): Promise<string> {
  const { exitCode, errors } = await bongsu('node', 'start', configFile);
  assert.equal(exitCode, 1, errors);
  return errors;
}

function bongsu(...args: readonly string[]): Promise<{ exitCode: number; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { timeout: 60_000 }, (_, __, errors) => {
      resolve({ exitCode: child.exitCode ?? -1, errors });
    });
  });
}
