import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HandClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { ImeiKey } from '../../identifiers/imei.ts';
import { LineBindingsReader, UNBOUND } from '../../standing/line-bindings.ts';
import { StoreError } from '../../store/store-fault.ts';
import type { Store } from '../../store/store.ts';
import { AGENT, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { MemoryLog } from '../../../test/support/memory-log.ts';
import { Decisions } from '../decisions/decision.ts';
import { LOOK_UP_LIMITS } from '../decisions/look-ups.ts';
import { LineDesk } from './line-desk.ts';
import { LEVEL_AGAIN_MS, LINES_BEHIND_MAX, LineKeeper } from './line-keeper.ts';
import { UNBLOCK_WAIT_MS } from './unblocking.ts';

const LINE = '+82 10-1234-5678';
const DIGITS = '821012345678';
const IMSI = '450080000000001';
const IMEI = '352099001761481';
const IMEI_KEY = 35_209_900_176_148 as ImeiKey;
const OTHER_AGENT = { actor: 'desk-2', role: 'agent' };
const PROTECT = { line: LINE, imsi: IMSI, imei: IMEI };
const unavailable = (): Promise<never> => Promise.reject(new StoreError({ code: 'STORE_UNAVAILABLE' }));
const UNBLOCK = { line: LINE, check: 'identity-card' };

describeOnEngines('the line desk', (engine) => {
  let store: Store;
  let clock: HandClock;
  let shared: MemoryLog;
  let keeper: LineKeeper;
  let desk: LineDesk;
  const bound = (): number => new LineBindingsReader(keeper.bindings.memory).find(IMSI);

  beforeEach(async () => {
    store = await engine.openStore();
    clock = new HandClock(Date.UTC(2026, 10, 22, 9));
    shared = new MemoryLog();
    keeper = await LineKeeper.open(store);
    const logs = { shared, own: new MemoryLog() };
    const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock, log: silentLog });
    desk = new LineDesk({ tagKey: new Uint8Array(32), countryCode: '82' }, { decisions, keeper, clock });
  });

  afterEach(() => keeper.close());

  it('binds a line to one device, and the gates know it when it is answered', async () => {
    const view = await desk.protect(PROTECT, AGENT);
    assert.deepEqual(view, {
      line: `+${DIGITS}`,
      exposedOn: [],
      protection: { imsi: IMSI, imei: '35209900176148', since: '2026-11-22T09:00:00.000Z' },
      passkeys: 0,
    });
    assert.equal(bound(), IMEI_KEY);
    await assert.rejects(desk.protect(PROTECT, AGENT), refused({ code: 'LINE_BOUND_ALREADY' }));
    const other = { ...PROTECT, line: '+821099999999' };
    await assert.rejects(desk.protect(other, AGENT), refused({ code: 'LINE_IMSI_TAKEN' }));
    await desk.unprotect({ line: LINE }, SUPERVISOR);
    assert.equal(bound(), UNBOUND);
    await assert.rejects(desk.unprotect({ line: LINE }, SUPERVISOR), refused({ code: 'LINE_NOT_PROTECTED' }));
  });

  it('of priority is known to the gates by its subscription, until that ends', async () => {
    const imsi = '450080000000777';
    const isPriority = (): boolean => new LineBindingsReader(keeper.bindings.memory).isPriority(imsi);
    await desk.prioritise({ line: '+8221190001', priority: true, imsi }, SUPERVISOR);
    assert.equal(isPriority(), true);
    await assert.rejects(
      desk.prioritise({ line: '+8221190002', priority: true, imsi }, SUPERVISOR),
      refused({ code: 'LINE_IMSI_TAKEN' }),
    );
    const again = await LineKeeper.open(store);
    assert.equal(new LineBindingsReader(again.bindings.memory).isPriority(imsi), true);
    await desk.prioritise({ line: '+8221190001', priority: false }, SUPERVISOR);
    assert.equal(isPriority(), false);
  });

  it('everything stands again after a restart, and nothing of it is in a shared log', async () => {
    await desk.protect(PROTECT, AGENT);
    await desk.blockPayments({ line: '+821099999999' }, AGENT);
    await desk.prioritise({ line: '+8221190000', priority: true }, SUPERVISOR);
    const again = await LineKeeper.open(store);
    assert.equal(new LineBindingsReader(again.bindings.memory).find(IMSI), IMEI_KEY);
    assert.equal(again.standing.find('821099999999')!.paymentsBlocked, true);
    assert.equal(again.standing.find('8221190000')!.priority, true);
    assert.equal(again.standing.size, 3);
    assert.equal(shared.entries.length, 0);
  });

  it('a block is set by anybody at once, and undone by two people of whom the second is a supervisor', async () => {
    await assert.rejects(desk.unblockPayments(UNBLOCK, AGENT), refused({ code: 'LINE_NOT_BLOCKED' }));
    await desk.blockPayments({ line: LINE }, AGENT);
    assert.equal(keeper.standing.find(DIGITS)!.paymentsBlocked, true);
    const asked = await desk.unblockPayments(UNBLOCK, AGENT);
    assert.deepEqual(asked.unblockAsked, { at: '2026-11-22T09:00:00.000Z', by: 'desk-1', check: 'identity-card' });
    await assert.rejects(desk.unblockPayments(UNBLOCK, AGENT), refused({ code: 'UNBLOCK_NEEDS_ANOTHER' }));
    await assert.rejects(desk.unblockPayments(UNBLOCK, OTHER_AGENT), refused({ code: 'UNBLOCK_NEEDS_SUPERVISOR' }));
    assert.equal(keeper.standing.find(DIGITS)!.paymentsBlocked, true);
    const freed = await desk.unblockPayments(UNBLOCK, SUPERVISOR);
    assert.equal(freed.paymentsBlockedSince, undefined);
    assert.equal(keeper.standing.find(DIGITS), undefined);
  });

  it('the first word waits a day, and not longer; a new block takes it back', async () => {
    await desk.blockPayments({ line: LINE }, AGENT);
    await desk.unblockPayments(UNBLOCK, AGENT);
    clock.advance(UNBLOCK_WAIT_MS + 1);
    const later = await desk.unblockPayments(UNBLOCK, SUPERVISOR);
    assert.equal(later.unblockAsked!.by, 'chief', 'the supervisor is the first now');
    await desk.blockPayments({ line: LINE }, AGENT);
    assert.equal((await desk.show({ line: LINE }, AGENT)).unblockAsked, undefined);
  });

  it('no check that can be known or intercepted undoes a block: FIELD_MALFORMED', async () => {
    await desk.blockPayments({ line: LINE }, AGENT);
    for (const check of ['birth-date', 'sms', 'ars', '']) {
      const expected = 'one of: identity-card, passport, driving-licence, legal-representative';
      const asking = desk.unblockPayments({ line: LINE, check }, SUPERVISOR);
      await assert.rejects(asking, refused({ code: 'FIELD_MALFORMED', field: 'check', expected }));
    }
  });

  it('says what is wrong with a number, and repeats none of it', async () => {
    const show = (line: string) => desk.show({ line }, AGENT);
    await assert.rejects(show('0082 10-1234-5678'), refused({ code: 'MSISDN_NOT_E164', field: 'line' }));
    await assert.rejects(show('+82 10'), refused({ code: 'MSISDN_LENGTH', length: 4, field: 'line' }));
    await assert.rejects(show('9'.repeat(100)), refused({ code: 'MSISDN_LENGTH', length: 65, field: 'line' }));
    await assert.rejects(
      desk.protect({ ...PROTECT, imei: '352099001761480' }, AGENT),
      refused({
        code: 'FIELD_MALFORMED',
        field: 'imei',
        expected: 'an IMEI of 14 to 16 digits whose check digit fits',
      }),
    );
    await assert.rejects(
      desk.protect({ ...PROTECT, imsi: '45008' }, AGENT),
      refused({ code: 'IMSI_LENGTH', length: 5, field: 'imsi' }),
    );
  });

  it('takes a number as the member’s country writes it', async () => {
    for (const line of ['010-1234-5678', '(010) 1234 5678', '+82 10-1234-5678']) {
      assert.equal((await desk.show({ line }, AGENT)).line, `+${DIGITS}`);
    }
  });

  it('every look-up is in the journal, under a tag and not a number; too many are refused', async () => {
    const { withoutCasePerHourMax: lookUpsMax } = LOOK_UP_LIMITS;
    for (let count = 0; count < lookUpsMax; count++) await desk.show({ line: LINE }, AGENT);
    const facts = { code: 'LOOK_UPS_TOO_MANY', lookUpsMax, withoutCase: true, retryAfterSeconds: 3_600 };
    await assert.rejects(desk.show({ line: LINE }, AGENT), refused(facts));
    await desk.show({ line: LINE }, OTHER_AGENT);
    const rows = await store.read(({ journal }) => journal.list({ after: 0, limit: 1_000 }));
    assert.equal(rows.length, lookUpsMax + 2, 'the refused one too');
    assert.deepEqual(new Set(rows.map(({ action }) => action)), new Set(['line.shown']));
    const details = rows.map(({ detail }) => JSON.parse(detail) as { line: string; refused?: boolean });
    assert.equal(new Set(details.map(({ line }) => line)).size, 1);
    assert.equal(details.filter(({ refused }) => refused === true).length, 1);
    assert(!JSON.stringify(rows).includes(DIGITS));
    const listed = await store.read(({ lookUps }) => lookUps.list({ limit: 1_000 }));
    assert.equal(listed.length, lookUpsMax + 2);
    assert(listed.every(({ subject, basis }) => subject === DIGITS && basis === 'none'));
    clock.advance(60 * 60_000);
    await desk.show({ line: LINE }, AGENT);
  });

  it('what was written while the store went away stands in memory once the same is asked again', async (t) => {
    const away = t.mock.method(store, 'read', unavailable);
    await assert.rejects(desk.protect(PROTECT, AGENT), refused({ code: 'STORE_UNAVAILABLE' }));
    away.mock.restore();
    assert.equal(bound(), UNBOUND);
    await assert.rejects(desk.protect(PROTECT, AGENT), refused({ code: 'LINE_BOUND_ALREADY' }));
    assert.equal(bound(), IMEI_KEY);
  });

  it('what was written while the store went away stands in memory soon, though nobody asks', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const away = t.mock.method(store, 'read', unavailable);
    await assert.rejects(desk.protect(PROTECT, AGENT), refused({ code: 'STORE_UNAVAILABLE' }));
    const tried = away.mock.callCount();
    t.mock.timers.tick(LEVEL_AGAIN_MS);
    while (away.mock.callCount() === tried) await setImmediate();
    away.mock.restore();
    await setImmediate();
    t.mock.timers.tick(LEVEL_AGAIN_MS);
    while (bound() === UNBOUND) await setImmediate();
    assert.equal(bound(), IMEI_KEY);
  });

  it('changes no line while as many wait for the store as may', async (t) => {
    const { mock } = t.mock.method(store, 'read', unavailable);
    const level = (count: number): Promise<unknown> =>
      Promise.allSettled(Array.from({ length: count }, (_, place) => keeper.level(`82${place}`)));
    await level(LINES_BEHIND_MAX - 1);
    keeper.requireRoom();
    await level(LINES_BEHIND_MAX);
    await assert.rejects(desk.protect(PROTECT, AGENT), refused({ code: 'STORE_UNAVAILABLE' }));
    mock.restore();
    assert.equal(await store.read(({ lines }) => lines.find(DIGITS)), undefined);
    await keeper.level(DIGITS);
    await desk.protect(PROTECT, AGENT);
  });

  it('takes exposed lists as they are and as they become', async () => {
    const list = 'E-2026-000001';
    let lines = [{ msisdn: DIGITS, imsi: IMSI, list }];
    let tell = (): void => undefined;
    const stop = keeper.follow(
      {
        currentLines: () => lines,
        onExposedList: (listener) => {
          tell = listener;
          return () => undefined;
        },
      },
      { log: silentLog },
    );
    assert.deepEqual((await desk.show({ line: LINE }, AGENT)).exposedOn, [list]);
    lines = [...lines, { msisdn: DIGITS, imsi: IMSI, list: 'E-2026-000002' }];
    tell();
    assert.deepEqual(keeper.standing.exposedOn(DIGITS), [list, 'E-2026-000002']);
    assert.equal(keeper.standing.acceptExposed([...lines, { ...lines[0]!, msisdn: '8210000' }], 1), 1);
    stop();
  });
});
