import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { Health } from '../../src/node/health.ts';
import { layOutOperators } from '../support/consortium.ts';
import { ConsortiumCommands } from '../support/consortium-commands.ts';
import { anchored, healthOf, reportStolen, until, untilAnswer } from '../support/nodes.ts';
import { type RunningStore, startStaticStore } from '../support/static-store.ts';

const FOUNDERS = ['one', 'two', 'three'];
const STOLEN = ['352099001761481', '353918057781516'];
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

describe('a member that was admitted, while no other member can be reached', { timeout: 180_000 }, () => {
  let members: LaidOutMember[];
  let folder: string;
  let remove: () => Promise<void>;
  let commands: ConsortiumCommands;
  let running: RunningNode[] = [];
  let store: RunningStore;
  before(async () => {
    ({ members, folder, remove } = await layOutOperators(FOUNDERS));
    commands = new ConsortiumCommands({ folder, keeper: 'one' });
    running = await startNodes(members);
    await untilLevel(running, { clock: systemClock });
    for (const [i, imei] of STOLEN.entries()) {
      await reportStolen(running[i]!, imei);
      // It grows by nothing more between its quorum and the copy.
      await anchored(running[i]!);
    }
    await admit();
    await until(async () => (await Promise.all(running.map(healthOf))).every(isSettled));
    await stopNodes(running.splice(0));
    const files = join(folder, 'static');
    await cp(dataFolder(members[0]!.folder).governanceLog, join(files, 'governance'), { recursive: true });
    for (const { name, folder: data } of members) {
      await cp(dataFolder(data).log, join(files, 'mirrors', name), { recursive: true });
    }
    store = await startStaticStore(files);
  });
  after(async () => {
    await stopNodes(running);
    commands.close();
    store?.close();
    await remove();
  });

  async function admit(): Promise<void> {
    const introduction = join(folder, 'four.introduction');
    const address = ['--domain', 'four.example', '--url', NOWHERE, '--roles', 'operator', '--out', introduction];
    await commands.run('introduce', '--data', join(folder, 'four'), '--name', 'four', ...address);
    await commands.decide(['one', 'two'], 'admit', introduction);
    await commands.decide(['one', 'two'], 'grant-epoch', '0', 'four');
    await commands.decide(['one', 'two'], 'grant-epoch', '1', 'four');
  }

  it('needs the genesis checkpoint and copies on any web server, and enforces what all have stated', async () => {
    const data = join(folder, 'four');
    await cp(dataFolder(members[0]!.folder).genesis, dataFolder(data).genesis);
    const node = {
      ...members[0]!.node,
      member: 'four',
      api: { port: 0 },
      governanceFrom: [],
      follow: { mirrors: [store.url] },
    };
    const configFile = join(data, 'node.json');
    await writeFile(configFile, JSON.stringify(node));
    const [four] = await startNodes([{ name: 'four', node, folder: data, configFile }]);
    running.push(four!);
    for (const imei of STOLEN) await untilAnswer(four!, imei, 'BLACKLISTED');
    await until(async () => {
      const founders = (await healthOf(four!)).logs.filter(({ name }) => FOUNDERS.includes(name));
      return founders.every(
        ({ name, size, witnessedSize, fault, ageSeconds }) =>
          (size > 0 || name === 'three') &&
          witnessedSize === size &&
          // Whether a copy is all there is, nobody can say.
          fault === 'FOLLOW_UNREACHABLE' &&
          ageSeconds === undefined,
      );
    });
  });
});

function isSettled({ logs, governance }: Health): boolean {
  return (
    governance.size === 4 &&
    governance.waiting === 0 &&
    logs.every(({ name, size, witnessedSize }) => name === 'four' || size === witnessedSize)
  );
}
