import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Fault } from '../../base/fault.ts';
import { AGENT, deskOn, IMEI, IMEI_OTHER, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import type { DeskRequest } from './decision.ts';
import { IDEMPOTENCY_KEPT_MS } from './decision.ts';
import { DECISIONS_MAX } from './outbox.ts';

const FORM = { devices: [IMEI], reason: 'stolen' };

function keyed(key: string, requestHash = 'hash'): DeskRequest {
  return { ...AGENT, idempotency: { key, requestHash } };
}

function refused(code: string, facts: object = {}): (thrown: unknown) => boolean {
  return (thrown) => {
    assert(thrown instanceof Fault, String(thrown));
    assert.deepEqual({ ...thrown.facts }, { code, ...facts });
    return true;
  };
}

describeOnEngines('a case and its statement', (engine) => {
  it('are finished by the next start when the log failed before it took the entry', async () => {
    const { desk, log, open } = deskOn(await engine.openStore());
    log.failure = 'before';
    await assert.rejects(desk.report(FORM, AGENT), refused('STATEMENT_PENDING', { case: 'C-2026-000001' }));
    assert.equal(log.size, 0);
    const { decisions: next } = open();
    assert.equal(await next.resume(), 1);
    assert.equal(await next.resume(), 0);
    next.close();
    assert.equal(log.size, 1);
    assert.deepEqual((await desk.show('C-2026-000001', AGENT)).statements[0]?.entry, { member: 'hanbit', index: 0 });
  });

  it('are finished whatever else stands in the log by then', async () => {
    const { desk, decisions, log } = deskOn(await engine.openStore());
    log.failure = 'before';
    await assert.rejects(desk.report(FORM, AGENT), refused('STATEMENT_PENDING', { case: 'C-2026-000001' }));
    log.entries.push(Buffer.from('no entry'));
    assert.equal(await decisions.resume(), 1);
    decisions.close();
    assert.deepEqual((await desk.show('C-2026-000001', AGENT)).statements[0]?.entry, { member: 'hanbit', index: 1 });
  });

  it('are not stated twice when the log took the entry and its answer was lost', async () => {
    const { desk, decisions, log } = deskOn(await engine.openStore());
    await desk.report({ ...FORM, devices: [IMEI_OTHER] }, AGENT);
    log.failure = 'after';
    await assert.rejects(desk.report(FORM, AGENT), refused('STATEMENT_PENDING', { case: 'C-2026-000002' }));
    assert.equal(await decisions.resume(), 1);
    decisions.close();
    assert.equal(log.size, 2);
    assert.deepEqual((await desk.show('C-2026-000002', AGENT)).statements[0]?.entry, { member: 'hanbit', index: 1 });
  });

  it('are not stated twice when the log could not say whether it took the entry', async () => {
    const { desk, decisions, log } = deskOn(await engine.openStore());
    log.failure = 'until recovery';
    await assert.rejects(desk.report(FORM, AGENT), refused('STATEMENT_PENDING', { case: 'C-2026-000001' }));
    assert.equal(log.size, 0);
    assert.equal(await decisions.resume(), 1);
    decisions.close();
    assert.equal(log.size, 1);
  });

  it('keep a correction whole: its entries are found together or appended together', async () => {
    const { desk, decisions, log } = deskOn(await engine.openStore());
    await desk.report(FORM, AGENT);
    log.failure = 'after';
    const correction = { devices: [{ wrong: IMEI, right: IMEI_OTHER }] };
    await assert.rejects(
      desk.correct('C-2026-000001', correction, SUPERVISOR),
      refused('STATEMENT_PENDING', { case: 'C-2026-000001' }),
    );
    await decisions.resume();
    decisions.close();
    const { statements } = await desk.show('C-2026-000001', AGENT);
    assert.deepEqual(
      statements.map(({ entry, endEntry }) => [entry?.index, endEntry?.index]),
      [
        [0, 2],
        [1, undefined],
      ],
    );
    assert.equal(log.size, 3);
  });

  it('cannot be ended before the statement is in the log', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    log.failure = 'before';
    await assert.rejects(desk.report(FORM, AGENT), refused('STATEMENT_PENDING', { case: 'C-2026-000001' }));
    await assert.rejects(
      desk.release('C-2026-000001', { reason: 'recovered' }, AGENT),
      refused('STATEMENT_PENDING', { case: 'C-2026-000001' }),
    );
  });

  it('stay one under twenty equal requests at once, by key or by device', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const byKey = await Promise.all(Array.from({ length: 20 }, () => desk.report(FORM, keyed('k-1'))));
    for (const answer of byKey) assert.deepEqual(answer, byKey[0]);
    assert.equal(log.size, 1);
    const byDevice = await Promise.allSettled(
      Array.from({ length: 20 }, () => desk.report({ ...FORM, devices: [IMEI_OTHER] }, AGENT)),
    );
    assert.equal(byDevice.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(log.size, 2);
  });

  it('answer a repeated request only when the first one is in the log', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const gate = Promise.withResolvers<void>();
    log.gate = gate.promise;
    let answers = 0;
    const both = [1, 2].map(() =>
      desk.report(FORM, keyed('k-1')).then((answer) => {
        answers++;
        assert.equal(log.size, 1);
        return answer;
      }),
    );
    // Something else that a store answers: by then both requests had their chance to overtake the log.
    for (let round = 0; round < 10; round++) await desk.cases({});
    assert.equal(answers, 0);
    gate.resolve();
    const [one, other] = await Promise.all(both);
    assert.deepEqual(one, other);
  });

  it('are finished by a repeated request, when the first one failed at the log', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    log.failure = 'before';
    await assert.rejects(desk.report(FORM, keyed('k-1')), refused('STATEMENT_PENDING', { case: 'C-2026-000001' }));
    const answer = await desk.report(FORM, keyed('k-1'));
    assert.deepEqual(answer.entries, [{ kind: 'device.blocked', entry: { member: 'hanbit', index: 0 } }]);
    assert.equal(log.size, 1);
  });

  it('are refused under a key that stood for another request, until the key is forgotten', async () => {
    const { desk, clock } = deskOn(await engine.openStore());
    await desk.report(FORM, keyed('k-1', 'one'));
    const other = { ...FORM, devices: [IMEI_OTHER] };
    await assert.rejects(desk.report(other, keyed('k-1', 'two')), refused('IDEMPOTENCY_KEY_REUSED'));
    clock.advance(IDEMPOTENCY_KEPT_MS - 1);
    await assert.rejects(desk.report(other, keyed('k-1', 'two')), refused('IDEMPOTENCY_KEY_REUSED'));
    clock.advance(1);
    assert.equal((await desk.report(other, keyed('k-1', 'two'))).case, 'C-2026-000002');
  });

  it('are refused while too many decisions are on their way', async () => {
    const { desk, log } = deskOn(await engine.openStore());
    const gate = Promise.withResolvers<void>();
    log.gate = gate.promise;
    const waiting = Array.from({ length: DECISIONS_MAX }, (_, place) =>
      desk.report({ ...FORM, devices: [`35209900${(100_000 + place).toString()}`] }, AGENT),
    );
    await assert.rejects(desk.report(FORM, AGENT), refused('DESK_BUSY', { decisionsMax: DECISIONS_MAX }));
    gate.resolve();
    await Promise.all(waiting);
    await desk.report(FORM, AGENT);
    assert.equal(log.size, DECISIONS_MAX + 1);
  });
});
