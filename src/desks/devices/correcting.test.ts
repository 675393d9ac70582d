import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn, FORM, IMEI, IMEI_OTHER, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';

describeOnEngines('a correction', (engine) => {
  it('corrects a wrong IMEI by a new statement and the end of the old one, in one append', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    const form = { devices: [{ wrong: IMEI, right: IMEI_OTHER }] };
    const answer = await desk.correct('C-2026-000001', form, SUPERVISOR);
    assert.deepEqual(answer.entries, [
      { kind: 'device.blocked', entry: { member: 'hanbit', index: 1 } },
      { kind: 'device.released', entry: { member: 'hanbit', index: 2 } },
    ]);
    assert.equal(log.appends, 2);
    const { statements } = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual(
      statements.map(({ imei, standing, endReason }) => [imei, standing, endReason]),
      [
        [IMEI, false, 'corrected'],
        [IMEI_OTHER, true, undefined],
      ],
    );
  });

  it('corrects the reason by stating every standing device anew', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report({ ...FORM, devices: [IMEI, IMEI_OTHER] }, AGENT);
    await desk.correct('C-2026-000001', { reason: 'fraud', listing: 'tracked' }, SUPERVISOR);
    assert.deepEqual(
      log.statements().map(({ statement }) => statement?.kind),
      ['device.blocked', 'device.blocked', 'device.tracked', 'device.tracked', 'device.released', 'device.released'],
    );
    await assert.rejects(
      desk.correct('C-2026-000001', {}, SUPERVISOR),
      refused({ code: 'CORRECTION_EMPTY', case: 'C-2026-000001' }),
    );
  });

  it('corrects private fields without a word in the log, in a closed case too', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    await desk.release('C-2026-000001', { reason: 'withdrawn' }, AGENT);
    await desk.correct('C-2026-000001', { place: 'Busan', requester: { name: 'Lee' } }, SUPERVISOR);
    const { place, requester, status } = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual(
      { place, name: requester?.name, contact: requester?.contact, status },
      {
        place: 'Busan',
        name: 'Lee',
        contact: '+82 10-1234-5678',
        status: 'withdrawn',
      },
    );
    assert.equal(log.size, 2);
    await assert.rejects(
      desk.correct('C-2026-000001', { reason: 'lost' }, SUPERVISOR),
      refused({ code: 'CASE_CLOSED', case: 'C-2026-000001', caseStatus: 'withdrawn' }),
    );
  });

  it('refuses a correction to a device that it lists in another case, and changes nothing', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    await desk.report({ ...FORM, devices: [IMEI_OTHER] }, AGENT);
    await assert.rejects(
      desk.correct('C-2026-000001', { place: 'Busan', devices: [{ wrong: IMEI, right: IMEI_OTHER }] }, SUPERVISOR),
      refused({ code: 'ALREADY_STATED', field: 'devices[0].right', case: 'C-2026-000002' }),
    );
    assert.equal((await desk.show('C-2026-000001', AGENT)).place, 'Seoul Station');
    assert.equal(log.size, 2);
  });

  it('refuses to correct two devices to one, and warns of a check digit that was accepted', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report({ devices: [IMEI, IMEI_OTHER], reason: 'stolen' }, AGENT);
    const right = '352099001761499';
    const toOne = [IMEI, IMEI_OTHER].map((wrong) => ({ wrong, right }));
    await assert.rejects(
      desk.correct('C-2026-000001', { devices: toOne }, SUPERVISOR),
      refused({ code: 'DEVICE_TWICE', field: 'devices[1].right', earlier: 'devices[0].right' }),
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

  const FILLED = { ...FORM, occurredAt: '2026-11-20', note: 'by the door' };

  it('empties the private fields that it gives empty or as null, and says nothing in the log', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FILLED, AGENT);
    await desk.correct('C-2026-000001', { place: '', note: null, requester: { contact: ' ', name: null } }, SUPERVISOR);
    const { place, note, policeReference, requester } = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual(
      { place, note, policeReference, requester },
      {
        place: undefined,
        note: undefined,
        policeReference: 'P-77',
        requester: { relation: 'owner', rightChecked: 'identity card' },
      },
    );
    assert.equal((await desk.search({ contact: '+821012345678' }, AGENT)).cases.length, 0);
    await desk.correct('C-2026-000001', { requester: null }, SUPERVISOR);
    assert.equal((await desk.show('C-2026-000001', AGENT)).requester, undefined);
    const { actions } = await desk.history('C-2026-000001', {});
    const corrected = actions.filter(({ action }) => action === 'case.corrected');
    assert.deepEqual(corrected[0]?.detail['changed'], ['place', 'note', 'requesterName', 'requesterContact']);
    assert.equal(log.size, 1);
  });

  it('takes an empty time for none: nothing is stated anew', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    await desk.report(FILLED, AGENT);
    for (const occurredAt of ['', ' ']) {
      await assert.rejects(desk.correct('C-2026-000001', { occurredAt }, SUPERVISOR), { message: 'CORRECTION_EMPTY' });
      await desk.correct('C-2026-000001', { occurredAt, place: 'Busan' }, SUPERVISOR);
    }
    assert.equal(log.size, 1);
    assert.equal((await desk.show('C-2026-000001', AGENT)).occurredAt, '2026-11-20T00:00:00.000Z');
  });
});
