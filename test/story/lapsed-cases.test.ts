import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import type { CaseAnswer } from '../../src/desks/devices/opening.ts';
import type { CaseView, StatementView } from '../../src/desks/devices/views.ts';
import { readRestating } from '../../src/node/restating-file.ts';
import { deskOf } from '../support/consortium.ts';
import { healthOf, until, untilAnswer } from '../support/nodes.ts';
import { type RunningConsortium, runOperators } from '../support/running-consortium.ts';

const [OVERRULED, STRUCK, STAYS] = ['352099001761481', '353918057781516', '358240051111110'] as const;

describe('what was overruled or struck before its epoch ended', { timeout: 120_000 }, () => {
  let consortium: RunningConsortium;
  let nodes: RunningNode[];
  let first: CaseAnswer;
  before(async () => {
    consortium = await runOperators(['one', 'two', 'three']);
    nodes = consortium.nodes;
    await consortium.commands.decide(['one', 'two'], 'roles', 'three', 'operator', 'register', 'regulator');
    await untilGoverned(2);
  });
  after(() => consortium.close(nodes));

  const untilGoverned = (size: number): Promise<void> =>
    until(async () => {
      const views = await Promise.all(nodes.map(healthOf));
      return views.every(({ governance }) => governance.foldedSize === size && governance.waiting === 0);
    });
  const report = async (...devices: string[]): Promise<CaseAnswer> =>
    (await deskOf(nodes[0]!)).ask<CaseAnswer>('POST', '/v1/device-cases', { body: { devices, reason: 'stolen' } });
  const shown = async (): Promise<readonly StatementView[]> =>
    (await (await deskOf(nodes[0]!)).ask<CaseView>('GET', `/v1/device-cases/${first.case}`)).statements;
  /** Whether each stands, and what is said of it where it does not. */
  const states = async (): Promise<unknown[]> =>
    (await shown()).map(({ standing, overruled, struckBy, lapsed }) => [standing, { overruled, struckBy, lapsed }]);
  const none = { overruled: undefined, struckBy: undefined, lapsed: undefined };
  const restart = async (): Promise<void> => {
    await stopNodes([nodes[0]!]);
    [nodes[0]] = (await startNodes([consortium.members[0]!])) as [RunningNode];
  };

  it('is shown as that in its case', async () => {
    first = await report(OVERRULED, STRUCK, STAYS);
    const [overruled, struck] = first.entries.map(({ entry }) => entry.index);
    await untilAnswer(nodes[2]!, STAYS, 'BLACKLISTED');
    const regulator = await deskOf(nodes[2]!);
    await regulator.ask('POST', '/v1/overrules', { body: { member: 'one', index: overruled } });
    await regulator.ask('POST', '/v1/quarantine/strikes', { body: { member: 'one', from: struck, to: struck! + 1 } });
    for (const imei of [OVERRULED, STRUCK]) await untilAnswer(nodes[0]!, imei, 'WHITELISTED');
    assert.deepEqual(await states(), [
      [false, { ...none, overruled: true }],
      [false, { ...none, struckBy: ['three'] }],
      [true, none],
    ]);
  });

  it('stands no more in its case when the epoch has ended, nor after a restart', async () => {
    await consortium.commands.decide(['one', 'two'], 'open-epoch');
    for (const name of ['one', 'two']) {
      await until(async () => {
        const seen = await readRestating(join(consortium.folder, name));
        const counts = Object.values(seen?.members ?? {});
        if (seen?.epoch !== 2 || counts.length < 3) return false;
        return counts.every(({ inForce, undecided }) => Object.keys(inForce).length + undecided === 0);
      });
    }
    await consortium.commands.decide(['one', 'two'], 'end-epoch', '1');
    await untilGoverned(4);
    for (const { folder } of consortium.members)
      assert.equal(existsSync(join(folder, 'keys', 'epochs', '1.key')), false);
    const lapsed = [
      [false, { ...none, lapsed: true }],
      [false, { ...none, struckBy: ['three'] }],
      [true, none],
    ];
    assert.deepEqual(await states(), lapsed);
    const { index } = (await shown())[2]!.entry!;
    assert.ok(index > first.entries[2]!.entry.index, 'what stands was stated anew');
    await restart();
    assert.deepEqual(await states(), lapsed);
  });

  it('is reported again, and refused at every gate; what stands is not', async () => {
    await assert.rejects(report(STAYS), /ALREADY_STATED/);
    const again = await report(OVERRULED, STRUCK);
    for (const node of nodes) for (const imei of [OVERRULED, STRUCK]) await untilAnswer(node, imei, 'BLACKLISTED');
    assert.deepEqual(
      (await shown()).map(({ standing, endReason }) => [standing, endReason]),
      [
        [false, 'overruled'],
        [false, 'overruled'],
        [true, undefined],
      ],
    );
    await assert.rejects(report(STRUCK), /ALREADY_STATED/);
    await (
      await deskOf(nodes[0]!)
    ).ask('POST', `/v1/device-cases/${again.case}/release`, {
      body: { reason: 'recovered' },
    });
    for (const node of nodes) for (const imei of [OVERRULED, STRUCK]) await untilAnswer(node, imei, 'WHITELISTED');
    await untilAnswer(nodes[1]!, STAYS, 'BLACKLISTED');
  });
});
