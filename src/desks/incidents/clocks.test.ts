import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { DUTIES_FILE, incidentsOn, KNOWN_AT, NOW_MS, OPEN_FORM, SUPERVISOR } from '../../../test/support/incidents.ts';
import { refused } from '../../../test/support/desk.ts';
import { silentLog } from '../../base/log.ts';
import type { FactRow } from '../../store/incidents/schema.ts';
import { clocksToStart } from './clocks.ts';
import { isInForce, type Mark, readDuties } from './duties.ts';
import { soundAlarms } from './filing.ts';
import { momentText } from './moments.ts';
import type { ClockView } from './views.ts';

const HOUR_MS = 3_600_000;
const duties = await readDuties(DUTIES_FILE);

describeOnEngines('clocks of the law', (engine) => {
  const desk = async () => incidentsOn(await engine.openStore());
  const clocksOf = async (parts: Awaited<ReturnType<typeof desk>>, number: string): Promise<ClockView[]> =>
    (await parts.desk.show(number, SUPERVISOR)).clocks;

  it('the report of April 2025: known on the 18th at 23:20, made on the 20th at 16:46, late by 17 h 26 min', async () => {
    const parts = await desk();
    const known = { title: 'USIM data', what: 'Signs of a leak', knownAt: '2025-04-18T23:20:00+09:00' };
    const { incident, clocks } = await parts.desk.open(known, SUPERVISOR);
    assert.deepEqual(clocks, [1]);
    const filing = { reference: 'KISA-1', filedAt: '2025-04-20T16:46:00+09:00' };
    await parts.desk.file({ number: incident, clock: 1 }, filing, SUPERVISOR);
    const [clock] = await clocksOf(parts, incident);
    assert.equal(clock?.duty, 'network-act-incident');
    assert.equal(clock.knownAt, '2025-04-18T23:20:00+09:00');
    assert.equal(clock.dueAt, '2025-04-19T23:20:00+09:00');
    assert.equal(clock.state, 'late');
    assert.equal(clock.lateSeconds, (17 * 60 + 26) * 60);
  });

  it('the report of September 2025: due a day after the call of the police, made on the 8th: late', async () => {
    const parts = await desk();
    const known = { title: 'Payments', what: 'The police called', knownAt: '2025-09-01T09:00:00+09:00' };
    const { incident } = await parts.desk.open(known, SUPERVISOR);
    const filing = { reference: 'KISA-2', filedAt: '2025-09-08T19:16:00+09:00' };
    await parts.desk.file({ number: incident, clock: 1 }, filing, SUPERVISOR);
    const [clock] = await clocksOf(parts, incident);
    assert.equal(clock?.dueAt, '2025-09-02T09:00:00+09:00');
    assert.equal(clock.state, 'late');
  });

  it('malware found in 2024 and never reported: missed, for as long as nothing is filed', async () => {
    const parts = await desk();
    const known = { title: 'Malware', what: '43 servers', knownAt: '2024-08-20T10:00:00+09:00' };
    const { incident } = await parts.desk.open(known, SUPERVISOR);
    const [clock] = await clocksOf(parts, incident);
    assert.equal(clock?.state, 'missed');
    assert(clock.lateSeconds! > 2 * 365 * 24 * 3_600);
  });

  it('what was known before the duty was law starts no clock', async () => {
    const parts = await desk();
    const known = { title: 'Malware', what: '43 servers', knownAt: '2024-03-05T10:00:00+09:00' };
    assert.deepEqual((await parts.desk.open(known, SUPERVISOR)).clocks, []);
  });

  it('sixteen newly confirmed cells: 24 hours of their own, from the moment of confirmation', async () => {
    const parts = await desk();
    const { incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR);
    const fact = { what: '16 more cells', knownAt: '2026-11-22T15:00:00+09:00', marks: ['new-fact'] };
    assert.deepEqual((await parts.desk.recordFact(incident, fact, SUPERVISOR)).clocks, [2]);
    const again = { ...fact, what: 'one more', knownAt: '2026-11-22T16:00:00+09:00' };
    assert.deepEqual((await parts.desk.recordFact(incident, again, SUPERVISOR)).clocks, [3]);
    const due = (await clocksOf(parts, incident)).map(({ duty, dueAt }) => [duty, dueAt]);
    assert.deepEqual(due, [
      ['network-act-incident', '2026-11-23T12:00:00+09:00'],
      ['network-act-new-fact', '2026-11-23T15:00:00+09:00'],
      ['network-act-new-fact', '2026-11-23T16:00:00+09:00'],
    ]);
  });

  it('the regulator’s 72 hours run once 1,000 people are known, or sensitive data, or access from outside', async () => {
    for (const [what, met] of [
      [{ persons: 999 }, false],
      [{ persons: 1_000 }, true],
      [{ marks: ['sensitive-data'] }, true],
      [{ marks: ['outside-access'] }, true],
    ] as const) {
      const parts = await desk();
      const opened = { ...OPEN_FORM, marks: ['breach'] };
      const { incident } = await parts.desk.open(opened, SUPERVISOR);
      const fact = { what: 'more is known', knownAt: '2026-11-22T14:00:00+09:00', ...what };
      await parts.desk.recordFact(incident, { ...fact, marks: [...('marks' in what ? what.marks : [])] }, SUPERVISOR);
      const clock = (await clocksOf(parts, incident)).find(({ duty }) => duty === 'pipa-regulator');
      assert.equal(clock?.dueAt, met ? '2026-11-25T14:00:00+09:00' : undefined);
      const people = (await clocksOf(parts, incident)).find(({ duty }) => duty === 'pipa-people');
      assert.equal(people?.dueAt, '2026-11-25T12:00:00+09:00');
    }
  });

  it('a possible breach is told without delay: a clock without a figure, since 2026-09-11', async () => {
    const parts = await desk();
    const { incident, clocks } = await parts.desk.open({ ...OPEN_FORM, marks: ['possibility'] }, SUPERVISOR);
    assert.deepEqual(clocks, [1]);
    const [clock] = await clocksOf(parts, incident);
    assert.deepEqual([clock?.duty, clock?.dueAt, clock?.state], ['pipa-possibility', undefined, 'without-delay']);
    await parts.desk.file({ number: incident, clock: 1 }, { reference: 'sent' }, SUPERVISOR);
    assert.equal((await clocksOf(parts, incident))[0]?.state, 'done');
    const before = { ...OPEN_FORM, knownAt: '2026-09-10T23:59:59+09:00', marks: ['possibility'] };
    assert.deepEqual((await parts.desk.open(before, SUPERVISOR)).clocks, []);
  });

  it('a clock never moves, whatever is learnt of earlier or later knowledge', async () => {
    const parts = await desk();
    const { incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR);
    const before = await clocksOf(parts, incident);
    for (const knownAt of ['2026-11-20T08:00:00+09:00', '2026-11-22T17:00:00+09:00']) {
      const fact = { what: 'It was known at another time', knownAt, marks: ['incident'] };
      assert.deepEqual((await parts.desk.recordFact(incident, fact, SUPERVISOR)).clocks, []);
    }
    assert.deepEqual(await clocksOf(parts, incident), before);
  });

  it('warns once after 80 % of its time, and says once that it ran out', async () => {
    const parts = await desk();
    const knownAt = momentText(NOW_MS, '+09:00');
    const { incident } = await parts.desk.open({ ...OPEN_FORM, knownAt }, SUPERVISOR);
    const look = () => soundAlarms(parts.decisions, { log: silentLog });
    parts.clock.advance(0.8 * 24 * HOUR_MS - 1);
    assert.deepEqual(await look(), { warned: 0, missed: 0 });
    parts.clock.advance(1);
    assert.deepEqual(await look(), { warned: 1, missed: 0 });
    assert.equal((await clocksOf(parts, incident))[0]?.state, 'warned');
    assert.deepEqual(await look(), { warned: 0, missed: 0 });
    parts.clock.advance(0.2 * 24 * HOUR_MS);
    assert.deepEqual(await look(), { warned: 0, missed: 0 });
    parts.clock.advance(1);
    assert.deepEqual(await look(), { warned: 0, missed: 1 });
    assert.deepEqual(await look(), { warned: 0, missed: 0 });
  });

  it('takes one filing, not before the clock began, with a sealed file of the incident', async () => {
    const parts = await desk();
    const { incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR);
    const file = (filing: { reference: string; filedAt?: string; evidence?: string }, clock = 1) =>
      parts.desk.file({ number: incident, clock }, filing, SUPERVISOR);
    const early = file({ reference: 'x', filedAt: '2026-11-22T11:59:59+09:00' });
    await assert.rejects(early, { message: 'FIELD_MALFORMED' });
    const unsealed = file({ reference: 'x', evidence: 'a'.repeat(64) });
    await assert.rejects(unsealed, refused({ code: 'EVIDENCE_UNKNOWN', field: 'evidence' }));
    await assert.rejects(file({ reference: 'x' }, 2), { message: 'CLOCK_UNKNOWN' });
    const octets = Buffer.from('the form');
    const { sha256 } = await parts.desk.seal(incident, { name: 'form.pdf', fact: 1, octets }, SUPERVISOR);
    await file({ reference: 'KISA-3', evidence: sha256 });
    await assert.rejects(file({ reference: 'again' }), { message: 'CLOCK_FILED_ALREADY' });
    const [clock] = await clocksOf(parts, incident);
    assert.deepEqual([clock?.state, clock?.filedEvidence, clock?.knownEvidence], ['kept', sha256, [sha256]]);
  });
});

describe('clocks as data', () => {
  it('a duty is in force from its first day to its last', () => {
    const duty = { ...duties[0]!, validFrom: '2026-01-02', validUntil: '2026-01-04' };
    const days = ['2026-01-01', '2026-01-02', '2026-01-04', '2026-01-05'];
    assert.deepEqual(
      days.map((day) => isInForce(duty, day)),
      [false, true, true, false],
    );
  });

  it('a duty’s texts are in each language; one text alone stands for all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bongsu-duties-'));
    const file = join(folder, 'duties.json');
    const written = { ...duties[0], source: 'the law', validFrom: '2026-01-01' };
    await writeFile(file, JSON.stringify({ duties: [written] }));
    const [read] = await readDuties(file);
    await rm(folder, { recursive: true });
    assert.deepEqual(read?.source, { ko: 'the law', en: 'the law' });
    assert.deepEqual(read?.addressee, { ko: '과학기술정보통신부 또는 한국인터넷진흥원', en: 'MSIT or KISA' });
  });

  it('refuses a file that is none, or not of duties', async () => {
    await assert.rejects(readDuties('/nowhere/duties.json'), { message: 'DUTIES_UNREADABLE' });
    const url = new URL('../../../package.json', import.meta.url);
    await assert.rejects(readDuties(url.pathname), { message: 'DUTIES_MALFORMED' });
  });

  it('however facts come, each duty that starts once starts at most once, and never for what came later', () => {
    const mark = fc.constantFrom<Mark>('incident', 'breach', 'possibility', 'new-fact', 'sensitive-data');
    const fact = fc.record({ knownMs: fc.integer({ min: NOW_MS - 1e9, max: NOW_MS }), marks: fc.uniqueArray(mark) });
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), (drawn) => {
        const running: { duty: string; fact: number; startMs: number }[] = [];
        const facts: FactRow[] = [];
        for (const { knownMs, marks } of drawn) {
          facts.push(factRow(facts.length + 1, knownMs, marks));
          running.push(...clocksToStart(duties, facts, running, '+09:00'));
        }
        for (const duty of duties) {
          const ofDuty = running.filter((clock) => clock.duty === duty.key);
          if (duty.starts === 'first') assert(ofDuty.length <= 1);
          assert.equal(new Set(ofDuty.map((clock) => clock.fact)).size, ofDuty.length);
          for (const clock of ofDuty) assert.equal(clock.startMs, facts[clock.fact - 1]?.knownMs);
        }
      }),
    );
  });

  it('writes times with the offset, and refuses a day alone', async () => {
    assert.equal(momentText(Date.UTC(2025, 3, 18, 14, 20), '+09:00'), '2025-04-18T23:20:00+09:00');
    assert.equal(momentText(Date.UTC(2025, 3, 18, 14, 20), '-03:30'), '2025-04-18T10:50:00-03:30');
    assert.equal(KNOWN_AT, momentText(Date.UTC(2026, 10, 22, 3), '+09:00'));
  });
});

function factRow(position: number, knownMs: number, marks: readonly Mark[]): FactRow {
  return {
    incidentId: 1,
    position,
    what: '',
    happenedMs: null,
    knownMs,
    marks: JSON.stringify(marks),
    persons: null,
    recordedMs: knownMs,
    recordedBy: '',
  };
}
