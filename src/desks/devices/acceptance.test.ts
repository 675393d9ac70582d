import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn, IMEI, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';

const ZEROS = '00000000000000';
const TEST_DEVICE = '00101701123456';

describeOnEngines('an IMEI that many phones may bear', (engine) => {
  it('is listed only where a supervisor confirms it, and then with a warning that the journal keeps', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const form = { devices: [IMEI, ZEROS], reason: 'stolen' };
    const shared = { code: 'IMEI_SHARED', field: 'devices[1]', why: 'one-digit' };
    for (const request of [AGENT, SUPERVISOR]) await assert.rejects(desk.report(form, request), refused(shared));
    const confirmed = { ...form, acceptShared: true };
    await assert.rejects(desk.report(confirmed, AGENT), refused({ code: 'ROLE_INSUFFICIENT', role: 'agent' }));
    assert.equal(log.size, 0);
    const { warnings } = await desk.report(confirmed, SUPERVISOR);
    assert.deepEqual(warnings, [{ code: 'IMEI_SHARED', field: 'devices[1]', imei: `${ZEROS}0` }]);
    const { actions } = await desk.journal({});
    assert.deepEqual(actions[0]?.detail['accepted'], ['IMEI_SHARED devices[1]']);
  });

  it('is so in a file, a row by itself, and as the right IMEI of a correction', async () => {
    const { desk } = deskOn(await engine.openStore());
    const file = Buffer.from(`imei,reason\n${IMEI},lost\n${TEST_DEVICE},lost\n`);
    const { rows } = await desk.import(file, { partial: true }, AGENT);
    assert.deepEqual(rows[1]?.fault, { code: 'IMEI_SHARED', field: 'imei', why: 'test' });
    const accepted = { partial: true, acceptShared: true };
    await assert.rejects(desk.import(file, accepted, AGENT), refused({ code: 'ROLE_INSUFFICIENT', role: 'agent' }));
    const devices = [{ wrong: IMEI, right: '35209900000000' }];
    await assert.rejects(
      desk.correct('C-2026-000001', { devices }, SUPERVISOR),
      refused({ code: 'IMEI_SHARED', field: 'devices[0].right', why: 'serial-zeros' }),
    );
    await desk.correct('C-2026-000001', { devices, acceptShared: true }, SUPERVISOR);
    assert.equal((await desk.import(file, accepted, SUPERVISOR)).reported, 2);
  });

  it('is found and released as any other', async () => {
    const { desk } = deskOn(await engine.openStore());
    await desk.report({ devices: [ZEROS], reason: 'fraud', acceptShared: true }, SUPERVISOR);
    assert.equal((await desk.search({ imei: ZEROS }, AGENT)).cases.length, 1);
    await desk.release('C-2026-000001', { reason: 'withdrawn', devices: [ZEROS] }, AGENT);
  });
});
