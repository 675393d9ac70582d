import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn, IMEI, IMEI_OTHER, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';

const BOTH = { devices: [IMEI, IMEI_OTHER], reason: 'stolen' };

describeOnEngines('what a regulator has overruled', (engine) => {
  it('is shown as overruled, and no more as standing', async () => {
    const { desk, overruled } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    overruled.add(0);
    const { statements } = await desk.show('C-2026-000001', AGENT);
    const { cases } = await desk.cases({});
    for (const shown of [statements, cases[0]!.statements]) {
      assert.deepEqual(
        shown.map(({ standing, overruled }) => [standing, overruled]),
        [
          [false, true],
          [true, undefined],
        ],
      );
    }
  });

  it('is told apart from what was struck, which names who did that', async () => {
    const { desk, overruled, standings } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    overruled.add(0);
    for (const index of [0, 1]) standings.set(index, { struckBy: ['c-eir', 'hanbit'] });
    const { statements } = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual(
      statements.map(({ standing, overruled, struckBy }) => [standing, overruled, struckBy]),
      [
        [false, undefined, ['c-eir', 'hanbit']],
        [true, undefined, undefined],
      ],
      'a range may hold what it does not undo',
    );
  });

  it('may be reported again: the old statement is ended in the same append, and its case closes with the last', async () => {
    const { desk, log, overruled } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    overruled.add(0);
    const again = await desk.report({ devices: [IMEI], reason: 'stolen' }, AGENT);
    assert.deepEqual(again.entries, [{ kind: 'device.blocked', entry: { member: 'hanbit', index: 2 } }]);
    assert.equal(log.appends, 2);
    const ended = log.statements()[3]?.statement;
    assert.partialDeepStrictEqual(ended, { kind: 'device.released', ends: { member: 'hanbit', index: 0 } });
    const first = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual([first.status, first.statements[0]?.endReason], ['open', 'overruled']);
    overruled.add(1);
    const file = Buffer.from(`imei,reason\n${IMEI_OTHER},lost\n`);
    assert.equal((await desk.import(file, { partial: false }, AGENT)).reported, 1);
    assert.equal((await desk.show('C-2026-000001', AGENT)).status, 'withdrawn');
    await assert.rejects(desk.report(BOTH, AGENT), { message: 'ALREADY_STATED' });
  });

  it('may be listed, and paired, again', async () => {
    const { desk, overruled } = deskOn(await engine.openStore());
    const list = () => desk.list({ tac: '35209900', reason: 'counterfeit' }, SUPERVISOR);
    const pair = () => desk.pair({ imei: IMEI, imsi: '450050123456789' }, SUPERVISOR);
    await list();
    await pair();
    for (const attempt of [list, pair]) await assert.rejects(attempt(), { message: 'ALREADY_STATED' });
    overruled.add(0).add(1);
    assert.equal((await list()).case, 'C-2026-000003');
    assert.equal((await pair()).case, 'C-2026-000004');
  });

  it('is not stated anew by a correction of its case', async () => {
    const { desk, log, overruled } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    overruled.add(0);
    await desk.correct('C-2026-000001', { reason: 'lost' }, SUPERVISOR);
    assert.deepEqual(
      log.statements().map(({ statement }) => statement?.kind),
      ['device.blocked', 'device.blocked', 'device.blocked', 'device.released'],
    );
    overruled.add(2);
    await assert.rejects(
      desk.correct('C-2026-000001', { reason: 'fraud' }, SUPERVISOR),
      refused({ code: 'CASE_CLOSED', case: 'C-2026-000001', caseStatus: 'overruled' }),
    );
    await desk.correct('C-2026-000001', { place: 'Busan' }, SUPERVISOR);
    assert.equal(log.size, 4);
  });

  it('may come back by the correction of another IMEI to it, in its own case', async () => {
    const { desk, overruled } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    overruled.add(0);
    const { status } = await desk.correct(
      'C-2026-000001',
      { devices: [{ wrong: IMEI_OTHER, right: IMEI }] },
      SUPERVISOR,
    );
    const shown = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual([status, shown.status], ['open', 'open']);
    assert.deepEqual(
      shown.statements.map(({ standing }) => standing),
      [false, false, true],
    );
  });
});

describeOnEngines('what the logs hold no more', (engine) => {
  const CASE = 'C-2026-000001';

  it('is shown as lapsed, or as struck where it was', async () => {
    const { desk, lapsed, standings } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    lapsed.add(0).add(1);
    standings.set(1, { struckBy: ['c-eir'] });
    const { statements } = await desk.show(CASE, AGENT);
    assert.deepEqual(
      statements.map(({ standing, overruled, lapsed, struckBy }) => [standing, overruled, lapsed, struckBy]),
      [
        [false, undefined, true, undefined],
        [false, undefined, undefined, ['c-eir']],
      ],
    );
    await desk.release(CASE, { reason: 'withdrawn' }, AGENT);
    const released = await desk.show(CASE, AGENT);
    assert.deepEqual([released.status, released.statements[0]!.lapsed], ['withdrawn', undefined]);
  });

  it('may be reported again, which ends it in its own case', async () => {
    const { desk, lapsed } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    lapsed.add(0).add(1);
    assert.equal((await desk.report(BOTH, AGENT)).case, 'C-2026-000002');
    assert.equal((await desk.show(CASE, AGENT)).status, 'withdrawn');
    await assert.rejects(desk.report(BOTH, AGENT), { message: 'ALREADY_STATED' });
  });

  it('an emergency override may be opened again, and one closing ends it', async () => {
    const { desk, lapsed } = deskOn(await engine.openStore());
    const override = (open: boolean) => desk.override({ open }, SUPERVISOR);
    await override(true);
    await assert.rejects(override(true), { message: 'ALREADY_STATED' });
    lapsed.add(0);
    const again = await override(true);
    assert.equal((await override(false)).case, again.case);
    await assert.rejects(override(false), { message: 'OVERRIDE_NOT_OPEN' });
  });
});
