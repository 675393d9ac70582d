import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AGENT, deskOn, IMEI, IMEI_OTHER, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';

const BOTH = { devices: [IMEI, IMEI_OTHER], reason: 'stolen' };
const CASE = 'C-2026-000001';

describeOnEngines('how the logs take what a desk states', (engine) => {
  it('what is beyond the budget is said so at once, and does not count as standing', async () => {
    const { desk, standings } = deskOn(await engine.openStore());
    standings.set(1, { isQuarantined: true });
    const { entries } = await desk.report(BOTH, AGENT);
    assert.deepEqual(
      entries.map(({ quarantined }) => quarantined),
      [undefined, true],
    );
    const { statements } = await desk.show(CASE, AGENT);
    const { cases } = await desk.cases({});
    for (const shown of [statements, cases[0]!.statements]) {
      assert.deepEqual(
        shown.map(({ standing, quarantined }) => [standing, quarantined]),
        [
          [true, undefined],
          [false, true],
        ],
      );
    }
    await desk.release(CASE, { reason: 'withdrawn' }, AGENT);
    const ended = await desk.show(CASE, AGENT);
    assert.equal(ended.statements[1]!.quarantined, undefined, 'nor does what was taken back');
  });

  it('so it is in lists, corrections and files', async () => {
    const { desk, standings } = deskOn(await engine.openStore());
    for (let index = 0; index < 9; index++) standings.set(index, { isQuarantined: true });
    const listed = await desk.list({ tac: '35209900', reason: 'counterfeit' }, SUPERVISOR);
    const rows = await desk.import(Buffer.from(`imei,reason\n${IMEI_OTHER},lost\n`), { partial: false }, AGENT);
    const corrected = await desk.correct(listed.case, { reason: 'fraud' }, SUPERVISOR);
    for (const { entries } of [listed, rows.rows[0]!, corrected]) assert.equal(entries![0]!.quarantined, true);
  });

  it('a case names where its statement stands now', async () => {
    const { desk, standings } = deskOn(await engine.openStore());
    await desk.report(BOTH, AGENT);
    standings.set(0, { index: 26 });
    const { statements } = await desk.show(CASE, AGENT);
    assert.deepEqual(
      statements.map(({ entry }) => entry),
      [
        { member: 'hanbit', index: 26 },
        { member: 'hanbit', index: 1 },
      ],
    );
  });

  it('a release says that it waits for witnesses, until it does no more', async () => {
    const { desk, standings } = deskOn(await engine.openStore());
    await desk.report({ devices: [IMEI], reason: 'stolen' }, AGENT);
    standings.set(0, { isReleaseWaiting: true });
    await desk.release(CASE, { reason: 'recovered' }, AGENT);
    const waiting = async (): Promise<boolean | undefined> =>
      (await desk.show(CASE, AGENT)).statements[0]!.releaseWaiting;
    assert.equal(await waiting(), true);
    standings.delete(0);
    assert.equal(await waiting(), undefined);
  });
});
