import assert from 'node:assert/strict';
import { it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { FEED, REPORTER, SPAM_NOW_MS, spamOn } from '../../../test/support/spam.ts';
import { FAMILIES, type Family, variant } from '../../../test/support/spam-texts.ts';
import { distance, fingerprint } from '../../texts/fingerprint.ts';
import { ALIKE_BITS, NEAR_BITS } from './campaign-book.ts';
import { hourOf, type Sighting } from './sighting.ts';
import type { ReportForm } from './report.ts';
import { seededRandom } from '../../base/seeded-random.ts';

const HOUR = hourOf(SPAM_NOW_MS);

function reports(family: Family, count: number, random: () => number): ReportForm[] {
  return Array.from({ length: count }, (_, place) => ({
    text: variant(family, random),
    reference: `${family}-${place}`,
  }));
}

function sighting(text: string, certificate: string, texts = 1): Sighting {
  return { fingerprint: fingerprint(text), certificate, hourMs: HOUR, texts };
}

function feed(key: string) {
  return { ...FEED, idempotency: { key, requestHash: key } };
}

describeOnEngines('the spam watch', (engine) => {
  it('finds a campaign that is spread thin over three firms, and proposes each with its evidence', async () => {
    const { spam, proposals } = await spamOn(await engine.openStore());
    const random = seededRandom(1);
    const firms = ['KS-2026-000001', 'KS-2026-000002', 'KS-2026-000003'];
    const passed = Array.from({ length: 60 }, (_, place) => sighting(variant('loan', random), firms[place % 3]!));
    const ordinary = Array.from({ length: 20 }, () => sighting(variant('booking', random), 'KS-2026-000009'));
    await spam.sight([...passed, ...ordinary], feed('k-1'));
    assert.equal(proposals.length, 0);
    await spam.report(reports('loan', 2, random), REPORTER);
    assert.equal(proposals.length, 0);
    const { reports: results } = await spam.report(reports('loan', 3, random).slice(2), REPORTER);
    assert.deepEqual(new Set(proposals.map(({ certificate }) => certificate)), new Set(firms));
    const [first] = proposals;
    assert.equal(first?.campaign, results[0]?.campaign);
    assert.deepEqual([first?.evidence.reports, first?.evidence.firms, first?.evidence.reportIds], [3, 3, [1, 2, 3]]);
    assert.equal(JSON.stringify(proposals).includes('대출'), false);
    await spam.close();
  });

  it('finds what is spread thin by fingerprints alone, and proposes nothing that nobody reported', async () => {
    const { spam, proposals } = await spamOn(await engine.openStore());
    const random = seededRandom(2);
    const passed = Array.from({ length: 90 }, (_, place) =>
      sighting(variant('gambling', random, { swap: 0.03, separator: 0.1 }), `KS-2026-00000${(place % 3) + 1}`),
    );
    await spam.sight(passed, feed('k-1'));
    const { campaigns } = await spam.reading.list({ textsMin: 30 });
    assert.equal(campaigns.length, 1);
    assert.deepEqual(
      campaigns[0]?.firms.map(({ certificate }) => certificate),
      ['KS-2026-000001', 'KS-2026-000002', 'KS-2026-000003'],
    );
    assert.equal(proposals.length, 0);
    await spam.close();
  });

  it('keeps ten families apart, hostile or ordinary, and puts 95 of 100 reports of one into one', async (context) => {
    const { spam } = await spamOn(await engine.openStore(), { reportsMin: 1_000 });
    const random = seededRandom(3);
    const families = Object.keys(FAMILIES) as Family[];
    const campaignsOf = new Map<Family, string[]>();
    for (const family of families) {
      const { reports: results } = await spam.report(reports(family, 40, random), REPORTER);
      campaignsOf.set(
        family,
        results.map(({ campaign }) => campaign),
      );
    }
    const { campaigns } = await spam.reading.list({ limit: 200 });
    const together = campaigns.filter(({ reports: count }) => count >= 38).length;
    context.diagnostic(JSON.stringify({ campaigns: campaigns.length, together }));
    assert.equal(together, families.length);
    for (const [family, numbers] of campaignsOf) {
      for (const [other, others] of campaignsOf) {
        if (family !== other)
          assert.equal(
            numbers.some((number) => others.includes(number)),
            false,
          );
      }
    }
    await spam.close();
  });

  it('counts a report that comes twice once, alone, in one request and in a file', async () => {
    const { spam } = await spamOn(await engine.openStore());
    const report: ReportForm = {
      text: FAMILIES.loan,
      number: '+82 10-1234-5678',
      receivedAt: '2026-11-22T17:00:00+09:00',
    };
    const once = await spam.report([report, { ...report, number: '01012345678' }], REPORTER);
    const again = await spam.report([report], REPORTER);
    assert.deepEqual(
      [...once.reports, ...again.reports].map(({ status, report: number }) => [status, number]),
      [
        ['recorded', 1],
        ['duplicate', 1],
        ['duplicate', 1],
      ],
    );
    const other = await spam.report([{ ...report, reference: '7' }], REPORTER);
    assert.equal(other.reports[0]?.status, 'recorded');
    assert.equal(other.reports[0]?.campaign, once.reports[0]?.campaign);
    await spam.close();
  });

  it('counts sightings once under one key, and adds those under another', async () => {
    const { spam } = await spamOn(await engine.openStore());
    const seen = [sighting(FAMILIES.loan, 'KS-2026-000001', 60), sighting(FAMILIES.loan, 'KS-2026-000001', 40)];
    assert.deepEqual(await spam.sight(seen, feed('k-1')), { counted: 100, dropped: 0 });
    assert.deepEqual(await spam.sight(seen, feed('k-1')), { counted: 100, dropped: 0 });
    assert.equal((await spam.reading.list({})).campaigns[0]?.texts, 100);
    await spam.sight(seen, feed('k-2'));
    const { campaigns } = await spam.reading.list({});
    assert.deepEqual([campaigns.length, campaigns[0]?.texts, campaigns[0]?.firms[0]?.texts], [1, 200, 200]);
    const late = { ...seen[0]!, hourMs: HOUR + 2 * 3_600_000 };
    await assert.rejects(
      spam.sight([late], feed('k-3')),
      refused({
        code: 'FIELD_MALFORMED',
        field: 'sightings[0].hour',
        expected: 'the beginning of an hour that is not in the future',
      }),
    );
    await spam.close();
  });

  it('makes one campaign of two when a report shows them to be one, and keeps what was proposed', async () => {
    const { spam, proposals } = await spamOn(await engine.openStore(), { reportsMin: 1 });
    const [left, between, right] = chain(ALIKE_BITS + 1, NEAR_BITS);
    await spam.sight([sighting(left, 'KS-2026-000001'), sighting(right, 'KS-2026-000002')], feed('k-1'));
    const before = await spam.reading.list({ textsMin: 1 });
    assert.equal(before.campaigns.length, 2);
    const {
      reports: [result],
    } = await spam.report([{ text: between }], REPORTER);
    const { campaigns } = await spam.reading.list({ textsMin: 1 });
    assert.deepEqual([campaigns.length, campaigns[0]?.campaign, campaigns[0]?.texts], [1, result?.campaign, 2]);
    assert.deepEqual(
      proposals.map(({ certificate }) => certificate),
      ['KS-2026-000001', 'KS-2026-000002'],
    );
    const newer = before.campaigns[0]!.campaign;
    assert.equal((await spam.reading.find(newer, { texts: false }, REPORTER)).mergedInto, result?.campaign);
    await spam.close();
  });

  it('makes them one within one request too, and every result says so', async () => {
    const { spam } = await spamOn(await engine.openStore(), { reportsMin: 1_000 });
    const [left, between, right] = chain(NEAR_BITS + 1, 64);
    const { reports: results } = await spam.report(
      [left, right, between, left].map((text, place) => ({ text, reference: `${place}` })),
      REPORTER,
    );
    const { campaigns } = await spam.reading.list({});
    assert.deepEqual([campaigns.length, campaigns[0]?.reports], [1, 4]);
    assert.deepEqual(new Set(results.map(({ campaign }) => campaign)), new Set([campaigns[0]?.campaign]));
    assert.equal((await spam.reading.find(results[1]!.campaign, { texts: true }, REPORTER)).reportList.length, 4);
    await spam.close();
  });

  it('takes up its campaigns after a restart, and proposes what the desk could not take before', async () => {
    const store = await engine.openStore();
    const { spam, open, proposals, desk } = await spamOn(store);
    desk.answer = () => {
      throw new Error('the desk is down');
    };
    const random = seededRandom(4);
    const forms = reports('stocks', 3, random).map((form) => ({ ...form, originator: '301200002' }));
    const { reports: first } = await spam.report(forms, REPORTER);
    await spam.close();
    desk.answer = () => 'proposed';
    const again = await open();
    await again.tidy();
    assert.deepEqual(
      proposals.map(({ certificate, evidence }) => [certificate, evidence.reportsOfFirm]),
      [['KS-2026-000002', 3]],
    );
    await again.tidy();
    const { reports: later } = await again.report([{ text: variant('stocks', random) }], REPORTER);
    assert.deepEqual([later[0]?.campaign, proposals.length], [first[0]?.campaign, 1]);
    await again.close();
  });

  it('goes on when one firm need not be suspended, and proposes anew when a window has passed', async () => {
    const { spam, proposals, desk, clock } = await spamOn(await engine.openStore());
    const random = seededRandom(5);
    let asked = 0;
    desk.answer = () => (asked++ === 0 ? 'not-due' : 'proposed');
    const form = (place: number): ReportForm => ({
      text: variant('parcel', random),
      reference: `${place}`,
      certificate: `KS-2026-00000${place % 2}`,
    });
    await spam.report([0, 1, 2, 3].map(form), REPORTER);
    assert.deepEqual(
      proposals.map(({ certificate }) => certificate),
      ['KS-2026-000001'],
    );
    clock.advance(73 * 3_600_000);
    await spam.report([5, 7, 9].map(form), REPORTER);
    assert.deepEqual(
      proposals.map(({ certificate }) => certificate),
      ['KS-2026-000001', 'KS-2026-000001'],
    );
    await spam.close();
  });

  it('lets go of texts after their days, and of what nobody reported or saw for a window', async () => {
    const { spam, clock } = await spamOn(await engine.openStore(), { evidenceDays: 5 });
    const {
      reports: [result],
    } = await spam.report([{ text: FAMILIES.dad, number: '01012345678' }], REPORTER);
    await spam.sight([sighting(FAMILIES.bill, 'KS-2026-000001', 500)], feed('k-1'));
    await spam.report([{ text: FAMILIES.parcel }], REPORTER);
    const look = async () => (await spam.reading.find(result!.campaign, { texts: true }, REPORTER)).reportList[0];
    assert.equal((await look())?.text, FAMILIES.dad);
    assert.equal(
      (await spam.reading.find(result!.campaign, { texts: false }, REPORTER)).reportList[0]?.text,
      undefined,
    );
    clock.advance(4 * 86_400_000);
    await spam.tidy();
    assert.equal((await look())?.text, FAMILIES.dad);
    assert.equal((await spam.reading.list({ textsMin: 1 })).campaigns.length, 2);
    assert.equal(spam.shapes, 2);
    clock.advance(86_400_001);
    await spam.tidy();
    assert.deepEqual([(await look())?.text, (await look())?.number], [undefined, '01012345678']);
    await spam.close();
  });

  it('keeps no text at all where the configuration says so', async () => {
    const { spam } = await spamOn(await engine.openStore(), { evidenceDays: 0 });
    const {
      reports: [result],
    } = await spam.report([{ text: FAMILIES.dad }], REPORTER);
    const { reportList } = await spam.reading.find(result!.campaign, { texts: true }, REPORTER);
    assert.deepEqual([reportList[0]?.text, reportList[0]?.fingerprint], [undefined, fingerprint(FAMILIES.dad)]);
    await spam.close();
  });

  it('puts no text and no number into the journal', async () => {
    const store = await engine.openStore();
    const { spam } = await spamOn(store);
    await spam.report([{ text: FAMILIES.dad, number: '01012345678' }], REPORTER);
    const { campaigns } = await spam.reading.list({});
    await spam.reading.find(campaigns[0]!.campaign, { texts: true }, REPORTER);
    const rows = await store.read(({ journal }) => journal.list({ after: 0, limit: 100 }));
    assert.deepEqual(
      rows.map(({ action, actor }) => [action, actor]),
      [
        ['spam.reported', 'desk-1'],
        ['campaign.read', 'desk-1'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(rows), /아빠|01012345678/);
    await spam.close();
  });

  it('knows no campaign of another number', async () => {
    const { spam } = await spamOn(await engine.openStore());
    for (const number of ['M-2026-000001', 'C-2026-000001', '', 'M-1', '\0']) {
      await assert.rejects(
        async () => spam.reading.find(number, { texts: false }, REPORTER),
        refused({ code: 'CAMPAIGN_UNKNOWN' }),
      );
    }
    await spam.close();
  });
});

/** Three texts of one template: the outer two are too far from each other, the middle one is near to both. */
function chain(bitsMin: number, bitsMax: number): readonly [string, string, string] {
  const random = seededRandom(11);
  const texts = Array.from({ length: 60 }, () => variant('loan', random, { swap: 0.4, separator: 0 }));
  const bits = (one: string, other: string): number => distance(fingerprint(one), fingerprint(other));
  for (const left of texts) {
    for (const right of texts.filter((text) => bits(left, text) >= bitsMin && bits(left, text) <= bitsMax)) {
      const between = texts.find((text) => bits(left, text) <= ALIKE_BITS && bits(text, right) <= ALIKE_BITS);
      if (between !== undefined && between !== left && between !== right) return [left, between, right];
    }
  }
  throw new Error('the generator has no such texts');
}
