import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { freePort } from '../../src/demo/ports.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { ConsortiumCommands } from '../support/consortium-commands.ts';
import { healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';

const FOUNDERS = ['one', 'two', 'three'];
const [BY_TWO, BY_ONE, BY_FOUR] = ['352099001761481', '353918057781516', '490154203237518'] as const;

describe('a member that joins a running consortium over TLS', { timeout: 200_000 }, () => {
  let members: LaidOutMember[];
  let folder: string;
  let close: RunningConsortium['close'];
  let commands: ConsortiumCommands;
  let nodes: RunningNode[] = [];
  before(async () => {
    ({ folder, members, nodes, commands, close } = await runOperators(FOUNDERS, { peers: { port: 0 } }));
  });
  after(() => close(nodes));

  it('is admitted and given the keys, while its node is not up and nobody waits for it', async () => {
    await reportStolen(nodes[1]!, BY_TWO);
    await reportStolen(nodes[0]!, BY_ONE);
    // What somebody copied once, long before.
    await cp(dataFolder(members[0]!.folder).governanceLog, join(folder, 'old-governance'), { recursive: true });
    const introduction = join(folder, 'four.introduction');
    const port = await freePort(7_443, new Set());
    const address = ['--domain', 'four.example', '--url', `https://127.0.0.1:${port}`, '--roles', 'operator'];
    await commands.run(
      'introduce',
      '--data',
      join(folder, 'four'),
      '--name',
      'four',
      ...address,
      '--out',
      introduction,
    );
    await commands.decide(['one', 'two'], 'policy', ...FOUNDERS.flatMap((name) => ['--witness', name]));
    await commands.decide(['one', 'two'], 'admit', introduction);
    await commands.decide(['one', 'two'], 'grant-epoch', '0', 'four');
    await commands.decide(['one', 'two'], 'grant-epoch', '1', 'four');
    await until(async () =>
      (await Promise.all(nodes.map(healthOf))).every(
        ({ governance, logs }) =>
          governance.size === 5 &&
          governance.waiting === 0 &&
          logs.every(({ name, size, witnessedSize }) => name === 'four' || size === witnessedSize),
      ),
    );
    const node = {
      ...members[0]!.node,
      member: 'four',
      peers: { port },
      gates: { equipment: { n5gEir: { port: 0 }, policy: { defaults: { s13: 'allowed', n5gEir: 'allowed' } } } },
      governanceFrom: [join(folder, 'old-governance')],
    };
    const data = join(folder, 'four');
    await cp(dataFolder(members[0]!.folder).genesis, dataFolder(data).genesis);
    await writeFile(join(data, 'node.json'), JSON.stringify({ ...node, api: { port: 0 } }));
    members.push({ name: 'four', node, folder: data, configFile: join(data, 'node.json') });
  });

  it('begins from an old copy of the governance log, and a mirror while the origin is down, and enforces what was stated before it came', async () => {
    await stopNodes([nodes[1]!]);
    const [four] = (await startNodes([members[3]!])) as [RunningNode];
    nodes = [nodes[0]!, nodes[2]!, four];
    await untilAnswer(four, BY_TWO, 'BLACKLISTED');
    await untilAnswer(four, BY_ONE, 'BLACKLISTED');
    await until(async () => {
      const two = (await healthOf(four)).logs.find(({ name }) => name === 'two')!;
      return two.size > 0 && two.witnessedSize === two.size && two.fault === 'FOLLOW_UNREACHABLE';
    });
  });

  it('states a block, which the others enforce and cosign', async () => {
    await reportStolen(nodes[2]!, BY_FOUR);
    for (const node of nodes) await untilAnswer(node, BY_FOUR, 'BLACKLISTED');
    await until(async () => {
      const own = (await healthOf(nodes[0]!)).logs.find(({ name }) => name === 'four')!;
      return own.size > 0 && own.witnessedSize === own.size;
    });
  });
});
