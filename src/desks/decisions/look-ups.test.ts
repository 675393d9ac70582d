import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { HandClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { CASES_PER_YEAR_MAX } from '../../store/case-number.ts';
import type { Store } from '../../store/store.ts';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { MemoryLog } from '../../../test/support/memory-log.ts';
import { Decisions } from './decision.ts';
import { listLookUps, type LookUpsForm } from './look-up-list.ts';
import { LOOK_UP_WINDOW_MS, type PeopleLook } from './look-ups.ts';

const NOON_MS = Date.UTC(2026, 10, 22, 12);
const LINE = '821012345678';
const AGENT = { actor: 'desk-1', role: 'agent' };
const OTHER = { actor: 'desk-2', role: 'agent' };
const LIMITS = { withoutCasePerHourMax: 2, withCasePerHourMax: 3 };
const idOf = (serial: number): number => 2026 * CASES_PER_YEAR_MAX + serial;

describeOnEngines('looking people up', (engine) => {
  let store: Store;
  let clock: HandClock;
  let decisions: Decisions;
  const search = (more: { case?: string; subject?: string | undefined } = {}): PeopleLook => {
    const { case: reason, subject = LINE } = more;
    return { action: 'line.shown', ground: { on: 'search', case: reason }, subject, about: { line: 'a tag' } };
  };
  const open = (file: string): PeopleLook => ({ action: 'case.shown', ground: { on: 'file', file }, about: { file } });
  const list = (form: LookUpsForm = {}) => store.read((tables) => listLookUps(tables, form));
  const tooMany = (withoutCase: boolean, retryAfterSeconds: number) =>
    refused({
      code: 'LOOK_UPS_TOO_MANY',
      lookUpsMax: withoutCase ? LIMITS.withoutCasePerHourMax : LIMITS.withCasePerHourMax,
      withoutCase,
      retryAfterSeconds,
    });

  beforeEach(async () => {
    store = await engine.openStore();
    clock = new HandClock(NOON_MS);
    const logs = { shared: new MemoryLog(), own: new MemoryLog() };
    decisions = new Decisions({ member: 'hanbit', lookUpLimits: LIMITS }, { store, logs, clock, log: silentLog });
    await store.write(async ({ incidents, cases }) => {
      const request = { incidentId: idOf(1), kind: 'usim', status: 'waiting', shop: null, paymentId: null };
      const made = { details: '{}', createdMs: NOON_MS, changedMs: NOON_MS };
      await incidents.requests.add({ ...request, ...made, id: idOf(1), msisdn: LINE, createdBy: 'desk-2' });
      await incidents.requests.add({ ...request, ...made, id: idOf(2), msisdn: '8210999', createdBy: 'desk-2' });
      await incidents.requests.add({ ...request, ...made, id: idOf(3), msisdn: LINE, createdBy: 'desk-1' });
      const contacts = ['01012345678', 'kim@mail.example'];
      const rows = contacts.map((requesterContactKey, place) => ({
        ...CASE,
        id: idOf(place + 1),
        requesterContactKey,
      }));
      await cases.add(rows, []);
    });
  });

  it('without a case goes so often in an hour; the next is refused, and kept', async () => {
    await decisions.noteLookUp(AGENT, search());
    clock.advance(60_000);
    await decisions.noteLookUp(AGENT, search());
    clock.advance(60_000);
    await assert.rejects(decisions.noteLookUp(AGENT, search()), tooMany(true, 3_480));
    await decisions.noteLookUp(OTHER, search());
    const { lookUps } = await list();
    assert.deepEqual(
      lookUps.map((row) => [row.actor, row.subject, row.withoutCase, row.refused]),
      [
        ['desk-2', LINE, true, false],
        ['desk-1', LINE, true, true],
        ['desk-1', LINE, true, false],
        ['desk-1', LINE, true, false],
      ],
    );
    const rows = await store.read(({ journal }) => journal.list({ after: 0, limit: 10 }));
    assert.deepEqual(JSON.parse(rows[2]!.detail), { line: 'a tag', withoutCase: true, refused: true });
    assert(!JSON.stringify(rows).includes(LINE), 'the journal names nobody');
    clock.advance(LOOK_UP_WINDOW_MS - 120_000);
    await decisions.noteLookUp(AGENT, search());
    await assert.rejects(decisions.noteLookUp(AGENT, search()), tooMany(true, 60));
  });

  it('does no work for one that is refused', async () => {
    let worked = 0;
    const look = () => decisions.lookUp(AGENT, search(), () => Promise.resolve(++worked));
    assert.deepEqual([await look(), await look()], [1, 2]);
    await assert.rejects(look(), { message: 'LOOK_UPS_TOO_MANY' });
    assert.equal(worked, 2);
  });

  it('is for a case where it is about that very person and somebody else has opened it', async () => {
    const isWithout = async (reason: string, subject?: string) => {
      const { withoutCase } = await decisions.noteLookUp(OTHERS.pop()!, search({ case: reason, subject }));
      return withoutCase;
    };
    const OTHERS = Array.from({ length: 9 }, (_, place) => ({ actor: `agent-${place}`, role: 'agent' }));
    assert.equal(await isWithout('R-2026-000001'), false);
    assert.equal(await isWithout('r-2026-000001'), false, 'as people type it');
    assert.equal(await isWithout('R-2026-000002'), true, 'another person’s');
    assert.equal(await isWithout('C-2026-000001'), false, 'their phone');
    assert.equal(await isWithout('C-2026-000001', '82101234567'), true);
    assert.equal(await isWithout('C-2026-000001', '82881012345678'), true, 'a longer number with the same end');
    assert.equal(await isWithout('C-2026-000002'), true, 'a contact that is no number');
    const own = await decisions.noteLookUp(AGENT, search({ case: 'R-2026-000003' }));
    assert.equal(own.withoutCase, true, 'a case of one’s own');
    assert.equal((await list({ actor: 'desk-1' })).lookUps[0]!.case, 'R-2026-000003', 'which is told all the same');
  });

  it('is for an incident whose exposed lists name that person, by number or by IMSI', async () => {
    const IMSI = '450080000000001';
    await store.write(async ({ incidents }) => {
      const opened = { status: 'open', openedMs: NOON_MS, openedBy: 'desk-2', closedMs: null };
      const list = { list: 'E-2026-000001', version: 1, droppedVersion: null, noticedItems: null };
      const line = { ...list, items: '["imsi"]', firstMs: NOON_MS, lastMs: NOON_MS };
      for (const serial of [1, 2]) await incidents.files.add({ ...opened, id: idOf(serial), title: 'cells' });
      const noNumber = { ...line, incidentId: idOf(1), msisdn: 'imsi-450080000000002', imsi: '450080000000002' };
      await incidents.persons.add([{ ...line, incidentId: idOf(1), msisdn: LINE, imsi: IMSI }, noNumber]);
    });
    const isWithout = async (reason: string, subject: string | undefined, actor: string) => {
      const look = { ...search({ case: reason }), subject };
      return (await decisions.noteLookUp({ actor, role: 'agent' }, look)).withoutCase;
    };
    assert.equal(await isWithout('I-2026-000001', LINE, 'agent-1'), false);
    assert.equal(await isWithout('I-2026-000001', `imsi-${IMSI}`, 'agent-1'), false, 'the same person');
    assert.equal(await isWithout('I-2026-000001', 'imsi-450080000000002', 'agent-1'), false, 'whose number is unknown');
    assert.equal(await isWithout('I-2026-000001', IMSI, 'agent-2'), true, 'an IMSI is no number');
    assert.equal(await isWithout('I-2026-000001', 'imsi-450080000000003', 'agent-2'), true, 'on no list');
    assert.equal(await isWithout('I-2026-000002', `imsi-${IMSI}`, 'agent-3'), true, 'another incident’s');
    assert.equal(await isWithout('I-2026-000001', `imsi-${IMSI}`, 'desk-2'), true, 'an incident of one’s own');
    assert.equal(await isWithout('I-2026-000001', undefined, 'agent-4'), false, 'nobody in particular');
  });

  it('refuses a case that there is not, and counts nothing', async () => {
    for (const wrong of ['R-2026-000009', 'I-2026-000009', 'C-2026-000009', 'E-2026-000001', 'x', '', '__proto__']) {
      const unknown = refused({ code: 'LOOK_UP_CASE_UNKNOWN', field: 'case' });
      await assert.rejects(decisions.noteLookUp(AGENT, search({ case: wrong })), unknown);
    }
    assert.deepEqual(await list(), { lookUps: [] });
  });

  it('for a case has a limit of its own', async () => {
    const forCase = search({ case: 'R-2026-000001' });
    for (let count = 0; count < LIMITS.withCasePerHourMax; count++) await decisions.noteLookUp(AGENT, forCase);
    await assert.rejects(decisions.noteLookUp(AGENT, forCase), tooMany(false, 3_600));
    assert.equal((await decisions.noteLookUp(AGENT, search())).withoutCase, true, 'the other limit is not touched');
  });

  it('by opening files counts different ones; the same again is one', async () => {
    for (const file of ['C-2026-000001', 'C-2026-000002', 'c-2026-000001', 'C-2026-000003', 'C-2026-000003']) {
      await decisions.noteLookUp(AGENT, open(file));
    }
    await assert.rejects(decisions.noteLookUp(AGENT, open('C-2026-000004')), tooMany(false, 3_600));
    await decisions.noteLookUp(AGENT, open('C-2026-000002'));
    assert.deepEqual(
      (await list()).lookUps.map((row) => [row.case, row.refused]),
      [
        ['C-2026-000004', true],
        ['C-2026-000003', false],
        ['C-2026-000002', false],
        ['C-2026-000001', false],
      ],
    );
    const rows = await store.read(({ journal }) => journal.list({ after: 0, limit: 10 }));
    assert.equal(rows.length, 7, 'the journal has each');
  });

  it('by working through a queue is one look-up in an hour, and never refused', async () => {
    const queue = { action: 'requests.read', ground: { on: 'queue' } } as const;
    for (let count = 0; count < 10; count++) await decisions.noteLookUp(AGENT, queue);
    assert.equal((await list()).lookUps.length, 1);
    clock.advance(LOOK_UP_WINDOW_MS);
    await decisions.noteLookUp(AGENT, queue);
    const { lookUps } = await list();
    assert.deepEqual([lookUps.length, lookUps[0]!.withoutCase], [2, false]);
  });

  it('is shown by person, by time, and without a case', async () => {
    await decisions.noteLookUp(AGENT, search());
    await decisions.noteLookUp(OTHER, open('C-2026-000001'));
    clock.advance(30 * 60_000);
    await decisions.noteLookUp(OTHER, search());
    const numbers = async (form: LookUpsForm) => (await list(form)).lookUps.map(({ lookUp }) => lookUp);
    assert.deepEqual(await numbers({}), [3, 2, 1]);
    assert.deepEqual(await numbers({ actor: 'desk-2' }), [3, 2]);
    assert.deepEqual(await numbers({ withoutCase: true }), [3, 1]);
    assert.deepEqual(await numbers({ since: '2026-11-22T12:30:00Z' }), [3]);
    assert.deepEqual(await numbers({ until: '2026-11-22T21:29:59+09:00' }), [2, 1]);
    assert.deepEqual(await numbers({ until: '2026-11-22' }), [3, 2, 1], 'all of the day');
    assert.deepEqual(await numbers({ until: '2026-11-21' }), []);
    assert.deepEqual(await numbers({ actor: 'desk-1', since: '2026-11-23' }), []);
    const page = await list({ limit: 2 });
    assert.deepEqual([page.lookUps.length, page.next, await numbers({ before: page.next! })], [2, 2, [1]]);
    await assert.rejects(list({ until: 'yesterday' }), { message: 'FIELD_MALFORMED' });
  });
});

const CASE = {
  kind: 'report',
  status: 'open',
  createdMs: NOON_MS,
  createdBy: 'desk-2',
  occurredMs: null,
  place: null,
  policeReference: null,
  note: null,
  requesterName: null,
  requesterContact: null,
  requesterRelation: null,
  rightCheckedBy: null,
};
