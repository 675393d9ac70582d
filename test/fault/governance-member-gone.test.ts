import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { CaseAnswer } from '../../src/desks/devices/opening.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { ConsortiumCommands } from '../support/consortium-commands.ts';
import { deskOf, layOutOperators } from '../support/consortium.ts';
import { healthOf, until, untilAnswer } from '../support/nodes.ts';

const IMEI = '352099001761481';

describe('a third member that is gone for good', { timeout: 60_000 }, () => {
  let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
  let commands: ConsortiumCommands;
  let nodes: RunningNode[] = [];
  before(async () => {
    laidOut = await layOutOperators(['one', 'two', 'three']);
    commands = new ConsortiumCommands({ folder: laidOut.folder, keeper: 'one' });
    nodes = await startNodes(laidOut.members);
    await untilLevel(nodes, { clock: systemClock });
    await untilInForce(1);
  });
  after(async () => {
    commands.close();
    await stopNodes(nodes);
    await laidOut.remove();
  });

  const untilInForce = (size: number): Promise<void> =>
    until(async () => {
      const views = await Promise.all(nodes.map(healthOf));
      return views.every(({ governance }) => governance.size === size && governance.waiting === 0);
    });
  const witnessed = (name: string): Promise<string> =>
    readFile(join(dataFolder(join(laidOut.folder, name)).governanceLog, 'checkpoint.witnessed'), 'utf8');

  it('is removed by the others, and what permits needs it no more', async () => {
    const three = nodes.pop()!;
    three.process.kill('SIGKILL');
    const desk = await deskOf(nodes[0]!);
    const { case: number } = await desk.ask<CaseAnswer>('POST', '/v1/device-cases', {
      body: { devices: [IMEI], reason: 'stolen' },
    });
    for (const node of nodes) await untilAnswer(node, IMEI, 'BLACKLISTED');
    await commands.decide(['one', 'two'], 'remove', 'three', '--log-size', '0');
    await untilInForce(2);
    for (const name of ['one', 'two']) {
      const [origin, size, ...lines] = (await witnessed(name)).split('\n');
      assert.deepEqual([origin, size], ['governance.test.example/log', '2']);
      const cosigners = lines.filter((line) => line.startsWith('— witness.')).map((line) => line.split(' ')[1]);
      assert.deepEqual(cosigners, ['witness.two.example'], name);
    }
    await desk.ask('POST', `/v1/device-cases/${number}/release`, { body: { reason: 'recovered' } });
    for (const node of nodes) await untilAnswer(node, IMEI, 'WHITELISTED');
    await commands.decide(['two', 'one'], 'roles', 'two', 'operator', 'hub');
    await untilInForce(3);
  });
});
