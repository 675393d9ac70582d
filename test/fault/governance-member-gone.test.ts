import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunningNode } from '../../src/demo/processes.ts';
import type { CaseAnswer } from '../../src/desks/devices/opening.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { deskOf } from '../support/consortium.ts';
import { healthOf, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';

const IMEI = '352099001761481';

describe('a third member that is gone for good', { timeout: 60_000 }, () => {
  let consortium: RunningConsortium;
  let nodes: RunningNode[];
  before(async () => {
    consortium = await runOperators(['one', 'two', 'three']);
    nodes = consortium.nodes;
    await untilInForce(1);
  });
  after(() => consortium.close(nodes));

  const untilInForce = (size: number): Promise<void> =>
    until(async () => {
      const views = await Promise.all(nodes.map(healthOf));
      return views.every(({ governance }) => governance.size === size && governance.waiting === 0);
    });
  const witnessed = (name: string): Promise<string> =>
    readFile(join(dataFolder(join(consortium.folder, name)).governanceLog, 'checkpoint.witnessed'), 'utf8');

  it('is removed by the others, and what permits needs it no more', async () => {
    const three = nodes.pop()!;
    three.process.kill('SIGKILL');
    const desk = await deskOf(nodes[0]!);
    const { case: number } = await desk.ask<CaseAnswer>('POST', '/v1/device-cases', {
      body: { devices: [IMEI], reason: 'stolen' },
    });
    for (const node of nodes) await untilAnswer(node, IMEI, 'BLACKLISTED');
    await consortium.commands.decide(['one', 'two'], 'remove', 'three', '--log-size', '0');
    await untilInForce(2);
    for (const name of ['one', 'two']) {
      const [origin, size, ...lines] = (await witnessed(name)).split('\n');
      assert.deepEqual([origin, size], ['governance.test.example/log', '2']);
      const cosigners = lines.filter((line) => line.startsWith('— witness.')).map((line) => line.split(' ')[1]);
      assert.deepEqual(cosigners, ['witness.two.example'], name);
    }
    await desk.ask('POST', `/v1/device-cases/${number}/release`, { body: { reason: 'recovered' } });
    for (const node of nodes) await untilAnswer(node, IMEI, 'WHITELISTED');
    await consortium.commands.decide(['two', 'one'], 'roles', 'two', 'operator', 'hub');
    await untilInForce(3);
  });
});
