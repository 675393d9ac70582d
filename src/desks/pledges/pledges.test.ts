import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AGENT, deskOn, DESK_NOW_MS, FORM, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { decodePlainEntry } from '../../ledger/entry.ts';
import type { CheckRecord } from '../../records/record.ts';
import { parseCatalogue, pledgesIn, readCatalogue } from './catalogue.ts';
import { PledgesDesk } from './desk.ts';
import type { Measured, Measures } from './measures.ts';
import { parseQuarter } from './quarter.ts';
import { reportToRefusal } from './report-to-refusal.ts';
import type { PledgeReport } from './report.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/korea/pledges.json', import.meta.url));
const PLEDGE = { id: 'one', promise: 'a promise', owner: 'somebody', from: '2026-01-01' };
const LOGS = [{ log: 'hanbit shared', size: 3, root: 'ab'.repeat(32) }];

describe('a quarter', () => {
  it('begins and ends where its offset says', () => {
    const { fromMs, toMs, first, last } = parseQuarter('2026Q4', '+09:00');
    assert.equal(new Date(fromMs).toISOString(), '2026-09-30T15:00:00.000Z');
    assert.equal(new Date(toMs).toISOString(), '2026-12-31T15:00:00.000Z');
    assert.deepEqual([first, last], ['2026-10-01', '2026-12-31']);
    assert.equal(parseQuarter('2026Q1', '-03:30').fromMs, Date.UTC(2026, 0, 1, 3, 30));
  });
  for (const text of ['', '2026', '2026Q5', '2026Q0', '26Q1', '2026q1', '2026Q1 ', '１２３４Q1']) {
    it(`is not written '${text}'`, () =>
      assert.throws(() => parseQuarter(text, '+09:00'), refused({ code: 'QUARTER_MALFORMED' })));
  }
});

describe('a catalogue', () => {
  it('of the example is read, and is marked illustrative', async () => {
    const catalogue = await readCatalogue(EXAMPLE);
    assert.equal(catalogue.pledges.length, 14);
    assert.match(`${catalogue.title} ${catalogue.note}`, /illustrative/i);
  });
  it('has the pledges that hold on any day of the span', () => {
    const pledges = [
      { ...PLEDGE, id: 'over', until: '2026-09-30' },
      { ...PLEDGE, id: 'last-day', until: '2026-10-01' },
      { ...PLEDGE, id: 'first-day', from: '2026-12-31' },
      { ...PLEDGE, id: 'ahead', from: '2027-01-01' },
    ];
    const held = pledgesIn(parseCatalogue({ title: 'T', pledges }), parseQuarter('2026Q4', '+09:00'));
    assert.deepEqual(
      held.map(({ id }) => id),
      ['last-day', 'first-day'],
    );
  });
  for (const [why, wrong] of [
    ['an id twice', [PLEDGE, PLEDGE]],
    ['a day that is none', [{ ...PLEDGE, due: '2026-02-30' }]],
    ['an end before its beginning', [{ ...PLEDGE, until: '2025-12-31' }]],
    ['an unknown measure', [{ ...PLEDGE, measure: { name: 'happiness' } }]],
    ['a field of nobody', [{ ...PLEDGE, colour: 'red' }]],
    ['no list', {}],
  ] as const) {
    it(`is refused for ${why}`, () =>
      assert.throws(
        () => parseCatalogue({ title: 'T', pledges: wrong }),
        (thrown: { facts?: { code: string } }) => thrown.facts?.code === 'PLEDGES_MALFORMED',
      ));
  }
});

describeOnEngines('a report on pledges', (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-pledges-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function under(pledges: readonly object[], measures: Measures) {
    const parts = deskOn(await engine.openStore());
    const catalogueFile = join(folder, 'pledges.json');
    writeFileSync(catalogueFile, JSON.stringify({ title: 'Pledges', pledges }));
    const { decisions, clock } = parts;
    const desk = new PledgesDesk(
      { catalogueFile, utcOffset: '+09:00' },
      { decisions, clock, measures, logStates: () => Promise.resolve(LOGS) },
    );
    return { ...parts, pledges: desk };
  }
  const says = (value: number): (() => Promise<Measured>) => {
    const measured: Measured = { state: 'measured', value, unit: 's', counts: { n: 1 }, means: 'a test' };
    return () => Promise.resolve(measured);
  };

  it('judges what is measured, makes no number up, and seals the digest of its octets', async () => {
    const measured = { name: 'report-to-refusal', atMost: 60 };
    const parts = await under(
      [
        { ...PLEDGE, id: 'kept', measure: measured, due: '2026-11-21' },
        { ...PLEDGE, id: 'broken', measure: { ...measured, atMost: 11 } },
        { ...PLEDGE, id: 'off', measure: { name: 'clocks-kept', atLeast: 1 } },
        { ...PLEDGE, id: 'by-evidence', evidence: [{ what: 'a | photograph', sha256: 'cd'.repeat(32) }] },
      ],
      { 'report-to-refusal': says(12) },
    );
    const { json, markdown, sha256, entry } = await parts.pledges.report({ quarter: '2026Q4' }, SUPERVISOR);
    const report = JSON.parse(json) as PledgeReport;
    assert.deepEqual(
      report.pledges.map(({ id, verdict, isOverdue }) => [id, verdict, isOverdue]),
      [
        ['kept', 'kept', true],
        ['broken', 'not kept', false],
        ['off', 'no figure', false],
        ['by-evidence', 'no figure', false],
      ],
    );
    assert.equal(report.isWhole, false);
    assert.deepEqual(report.logs, LOGS);
    assert.match(markdown, /not measured here: this node has no incident desk/);
    assert.match(markdown, /a \\\| photograph/);
    assert.equal(createHash('sha256').update(json).digest('hex'), sha256);
    const { kind, body } = decodePlainEntry(parts.own.entries[entry.index]!);
    assert.equal(kind, 'digest.sealed');
    assert.deepEqual(body, {
      subject: 'pledge-report:2026Q4',
      sha256: new Uint8Array(Buffer.from(sha256, 'hex')),
      size: Buffer.byteLength(json),
    });
    await assert.rejects(parts.pledges.report({ quarter: '2027Q1' }, SUPERVISOR), refused({ code: 'QUARTER_AHEAD' }));
  });

  it('measures from the journal’s reports to the gates’ refusals', async () => {
    const { desk, clock, decisions } = await under([], {});
    const devices = ['35209900176148', '49015420323751', '35123456000017'];
    for (const device of devices) await desk.report({ ...FORM, devices: [device] }, AGENT);
    clock.advance(60_000);
    const refusal = (imei: string, seconds: number, more: Partial<CheckRecord> = {}): CheckRecord => ({
      timeMs: DESK_NOW_MS + seconds * 1_000,
      gate: 's13',
      imei,
      imsi: '',
      answer: 'blocked',
      shadow: false,
      entries: [],
      caller: 'mme1',
      ...more,
    });
    const records = [
      refusal(devices[0]!, -5),
      refusal(devices[0]!, 2, { shadow: true }),
      refusal(devices[0]!, 4),
      refusal(devices[0]!, 9),
      refusal(devices[1]!, 8),
      refusal(devices[2]!, 9, { answer: 'tracked' }),
      refusal('11111111111111', 1),
    ].toReversed();
    const { fromMs } = parseQuarter('2026Q4', '+09:00');
    const measured = await reportToRefusal(
      { fromMs, toMs: clock.nowMs() },
      {
        read: (work) => decisions.store.read(work),
        readRecords: ({ sinceMs, untilMs }) =>
          Promise.resolve(records.filter(({ timeMs }) => timeMs >= sinceMs && timeMs <= untilMs)),
      },
    );
    assert(measured.state === 'measured');
    assert.equal(measured.value, 4);
    const { reported, refused: hit, notSeen, longestSeconds } = measured.counts;
    assert.deepEqual([reported, hit, notSeen, longestSeconds], [3, 2, 1, 8]);
  });
});
