import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Fault } from '../../base/fault.ts';
import { AGENT, deskOn, IMEI, IMEI_OTHER, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';

describeOnEngines('a correction', (engine) => {
  it('refuses to correct two devices to one, and warns of a check digit that was accepted', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report({ devices: [IMEI, IMEI_OTHER], reason: 'stolen' }, AGENT);
    const right = '352099001761499';
    const toOne = [IMEI, IMEI_OTHER].map((wrong) => ({ wrong, right }));
    await assert.rejects(
      desk.correct('C-2026-000001', { devices: toOne }, SUPERVISOR),
      (thrown) =>
        thrown instanceof Fault &&
        isDeepStrictEqual(
          { ...thrown.facts },
          { code: 'DEVICE_TWICE', field: 'devices[1].right', earlier: 'devices[0].right' },
        ),
    );
    assert.equal(log.size, 2);
    const wrongDigit = [{ wrong: IMEI, right: '352099001761490' }];
    const { warnings } = await desk.correct(
      'C-2026-000001',
      { devices: wrongDigit, acceptCheckDigit: true },
      SUPERVISOR,
    );
    assert.deepEqual(warnings, [{ code: 'IMEI_CHECK_DIGIT', field: 'devices[0].right', imei: right }]);
  });
});
