import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { Shown } from '../support/consortium-commands.ts';
import { governedBy } from '../support/decide.ts';
import { anchored, healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const NAMES = ['one', 'two', 'three'];
const [BEFORE, AFTER] = ['352099001761481', '353918057781516'] as const;

describe('a member of three that has lost its keys', { timeout: 180_000 }, () => {
  let consortium: RunningConsortium;
  let nodes: RunningNode[];
  before(async () => {
    consortium = await runOperators(NAMES);
    nodes = consortium.nodes;
    await consortium.commands.decide(['one', 'two'], 'roles', 'three', 'operator', 'hub');
    await untilInForce(nodes, 2);
  });
  after(() => consortium.close(nodes));

  const untilInForce = (among: readonly RunningNode[], size: number): Promise<void> =>
    until(async () => {
      const views = await Promise.all(among.map(healthOf));
      return views.every(({ governance }) => governance.size === size && governance.waiting === 0);
    });
  /** As the keeper of the governance log knows it, with a quorum. */
  const sizeOf = async (name: string): Promise<number> =>
    (await healthOf(nodes[0]!)).logs.find((log) => log.name === name)!.witnessedSize;
  const place = (): string[] => {
    const { genesis, governanceLog } = dataFolder(consortium.members[0]!.folder);
    return ['--data', consortium.members[0]!.folder, '--governance', governanceLog, '--genesis', genesis];
  };

  /**
   * It is recovered by the steps of docs/governance.md.
   * @param size the entries of its log; its last key signs from there on, and that size stays its own
   */
  async function recover(name: string, size: number): Promise<void> {
    const { commands, members, folder } = consortium;
    const lost = NAMES.indexOf(name);
    const others = NAMES.filter((other) => other !== name);
    const left = nodes.filter((_, at) => at !== lost);
    const { folder: root, configFile } = members[lost]!;
    const config = await readFile(configFile);
    const { consortium: governed, head } = await governedBy(members[0]!);
    const { url, logKeys } = governed.members[lost]!;
    const { fromSize: lostFrom } = logKeys.at(-1)!;
    await stopNodes([nodes[lost]!]);
    await rm(root, { recursive: true });

    const introduction = join(folder, `${name}.again`);
    const who = ['--name', name, '--domain', `${name}.example`, '--url', url, '--roles', 'operator'];
    await commands.run('introduce', '--data', root, ...who, '--out', introduction);
    const looked = [...place(), '--out', join(folder, 'looked.note')];
    const recovering = (fromSize: number): string[] => ['recover', introduction, '--from-size', String(fromSize)];
    await assert.rejects(
      commands.run('propose', ...recovering(lostFrom), ...looked),
      new RegExp(`GOVERNANCE_SIZES field=change.keys.log.fromSize least=${lostFrom + 1}\n`),
    );
    const change = recovering(size + 1);
    const group = others.flatMap((other) => ['--witness', other]);
    for (const words of [
      await commands.run('propose', ...change, ...looked),
      await commands.run('sign', '--look', join(folder, 'looked.note'), ...place()),
    ]) {
      const warning = `\nWARNING: no quorum is complete without ${name}, .*\n.* policy ${group.join(' ')}\n`;
      assert.match(words, new RegExp(warning));
    }
    await commands.decide(others, ...change);
    for (const epoch of ['0', '1']) await commands.decide(others, 'grant-epoch', epoch, name);

    const own = dataFolder(root);
    const bring = async (): Promise<void> => {
      await writeFile(configFile, config);
      await cp(dataFolder(members[0]!.folder).genesis, own.genesis);
      await rm(own.governanceLog, { recursive: true, force: true });
      await cp(dataFolder(members[0]!.folder).governanceLog, own.governanceLog, { recursive: true });
    };
    await bring();
    assert.match(await refused('node', 'start', configFile), /WRAPPED_KEY_NOT_FOR_US/);
    for (const node of left) assert.equal((await healthOf(node)).governance.waiting, 3);
    const shown = JSON.parse(await commands.run('show', ...place(), '--json')) as Shown;
    assert.deepEqual([shown.inForceSize, shown.size], [head.size, head.size + 3]);
    assert.ok(shown.waitingFor!.every(({ witnesses, threshold }) => witnesses.includes(name) && threshold === 2));

    await commands.decide(others, 'policy', ...group);
    await untilInForce(left, head.size + 4);
    await bring();
    if (size > 0) {
      const from = `${left[0]!.addresses.api}/mirrors/${name}`;
      await promisify(execFile)(process.execPath, [MAIN, 'ledger', 'restore', root, '--from', from]);
    }
    [nodes[lost]] = (await startNodes([members[lost]!])) as [RunningNode];
    await untilLevel(nodes, { clock: systemClock });
    await commands.decide(others, 'policy', '--all-witness');
    await untilInForce(nodes, head.size + 5);
  }

  it('comes back with an empty log', async () => {
    assert.equal(await sizeOf('three'), 0);
    await recover('three', 0);
    await reportStolen(nodes[2]!, BEFORE);
    for (const node of nodes) await untilAnswer(node, BEFORE, 'BLACKLISTED');
  });

  it('comes back with what its log holds', async () => {
    const size = await anchored(nodes[2]!);
    await until(async () => (await sizeOf('three')) === size);
    await recover('three', size);
    for (const node of nodes) await untilAnswer(node, BEFORE, 'BLACKLISTED');
    await reportStolen(nodes[2]!, AFTER);
    for (const node of nodes) await untilAnswer(node, AFTER, 'BLACKLISTED');
  });
});

/** Runs a command that fails. @returns what it says of that */
async function refused(...words: string[]): Promise<string> {
  const ended = await promisify(execFile)(process.execPath, [MAIN, ...words], { timeout: 30_000 }).then(
    () => assert.fail(`${words.join(' ')} did not fail`),
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${ended.stdout}${ended.stderr}`;
}
