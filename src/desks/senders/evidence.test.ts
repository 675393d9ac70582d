import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { after, before, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import {
  bringToCommittee,
  CHAIR,
  DAY_MS,
  PDF,
  REVIEWER,
  sendersOn,
  type SendersUnderTest,
} from '../../../test/support/senders.ts';
import { decodePlainEntry } from '../../ledger/entry.ts';
import { EVIDENCE_FILES_MAX } from './evidence.ts';

describeOnEngines('evidence', (engine) => {
  let senders: SendersUnderTest;
  let firms = 0;
  before(async () => {
    senders = await sendersOn(await engine.openStore());
  });
  after(() => senders.remove());

  async function application() {
    const { request } = await senders.firm({ businessNumber: String(7_000_000_000 + (firms += 1)) });
    const { application } = await senders.desk.apply({ service: 'web' }, request);
    return { application, request };
  }

  it('is sealed by its hash, once however often it is handed in, and read back as it came', async () => {
    const { desk, own } = senders;
    const { application: number, request } = await application();
    const before = own.size;
    const sha256 = await senders.upload(number, '1.1', request);
    assert.equal(await senders.upload(number, '1.1', request), sha256);
    assert.equal(own.size, before + 1);
    const { kind, body } = decodePlainEntry(own.entries.at(-1)!);
    assert.equal(kind, 'digest.sealed');
    assert.equal(body['subject'], `evidence:${number}:1.1`);
    assert.equal(createHash('sha256').update(PDF).digest('hex'), sha256);
    const read = await desk.evidence(number, sha256, REVIEWER);
    assert.deepEqual(Buffer.concat((await read.octets.toArray()) as Buffer[]), PDF);
    const unknown = refused({ code: 'EVIDENCE_FILE_UNKNOWN' });
    await assert.rejects(desk.evidence(number, '0'.repeat(64), REVIEWER), unknown);
    const other = await application();
    await assert.rejects(desk.evidence(other.application, sha256, REVIEWER), unknown);
    await assert.rejects(desk.evidence(number, sha256, other.request), refused({ code: 'APPLICATION_UNKNOWN' }));
  });

  const expected = 'application/pdf, image/png, image/jpeg';
  const WRONG: readonly [string, string, Buffer][] = [
    ['a program that says it is a PDF', 'application/pdf', Buffer.from('MZ\u0090\0')],
    ['a PDF that says it is a picture', 'image/png', PDF],
    ['a type that is not taken', 'text/html', Buffer.from('<script>')],
    ['a name that every object has', 'constructor', PDF],
    ['the beginning of a PDF cut short', 'application/pdf', Buffer.from('%PDF')],
  ];
  for (const [why, mediaType, octets] of WRONG) {
    it(`${why}: refused, and nothing of it stays`, async () => {
      const { application: number, request } = await application();
      const before = readdirSync(senders.folder);
      const form = { item: '1.1', mediaType };
      const wrong = refused({ code: 'EVIDENCE_TYPE_WRONG', expected });
      await assert.rejects(senders.desk.receiveEvidence(number, form, Readable.from([octets]), request), wrong);
      assert.deepEqual(readdirSync(senders.folder), before);
    });
  }

  it('is for an item that is demanded, and for a time to come', async () => {
    const { desk } = senders;
    const { application: number, request } = await application();
    const form = (more: object) => ({ item: '1.1', mediaType: 'application/pdf', ...more });
    const receive = (more: object) => desk.receiveEvidence(number, form(more), Readable.from([PDF]), request);
    await assert.rejects(receive({ item: '9.9' }), refused({ code: 'ITEM_NOT_DEMANDED', item: '9.9', service: 'web' }));
    for (const validUntil of ['2026-11-22', '2020-01-01', 'tomorrow', '2027-02-30']) {
      const expected = 'a day or a time that is still to come';
      await assert.rejects(
        receive({ validUntil }),
        refused({ code: 'FIELD_MALFORMED', field: 'validUntil', expected }),
      );
    }
  });

  it('that ran out before the committee met proves nothing any more', async () => {
    const { desk, clock } = senders;
    const { application: number, request } = await application();
    const form = { item: '1.1', mediaType: 'application/pdf', validUntil: '2026-12-01' };
    const file = await desk.receiveEvidence(number, form, Readable.from([Buffer.from('%PDF-short-lived')]), request);
    await desk.addEvidence(number, form, file, request);
    await senders.upload(number, '2.1', request);
    await desk.review(number, { step: 'accept' }, REVIEWER);
    for (const item of ['1.1', '2.1', '5.1']) await desk.find(number, { item, finding: 'met' }, REVIEWER);
    for (const _ of ['on-site-review', 'committee']) await desk.review(number, { step: 'pass' }, REVIEWER);
    clock.advance(30 * DAY_MS);
    const expired = refused({ code: 'EVIDENCE_EXPIRED', item: '1.1' });
    await assert.rejects(desk.decide(number, { decision: 'certify' }, CHAIR), expired);
    clock.advance(-30 * DAY_MS);
    assert.equal((await desk.decide(number, { decision: 'certify' }, CHAIR)).state, 'certified');
  });

  it('is added by the firm while it applies, by the reviewer while it is reviewed, by nobody afterwards', async () => {
    const { desk } = senders;
    const { application: number, request } = await application();
    const notNow = (state: string) => refused({ code: 'EVIDENCE_NOT_NOW', state });
    await assert.rejects(senders.upload(number, '1.1', REVIEWER), notNow('applied'));
    await desk.review(number, { step: 'accept' }, REVIEWER);
    await assert.rejects(senders.upload(number, '1.1', request), notNow('document-review'));
    await senders.upload(number, '1.1', REVIEWER, Buffer.from('%PDF-photographs of the office'));
    await desk.review(number, { step: 'return' }, REVIEWER);
    await desk.stepAsFirm(number, 'resubmit', request);
    await bringToCommittee(senders, number, request);
    for (const who of [request, REVIEWER])
      await assert.rejects(senders.upload(number, '1.1', who), notNow('committee'));
  });

  it('has a bound to each application', async () => {
    const { application: number, request } = await application();
    const upload = (place: number) => senders.upload(number, '1.1', request, Buffer.from(`%PDF-${place}`));
    for (let place = 0; place < EVIDENCE_FILES_MAX; place++) await upload(place);
    const many = refused({ code: 'EVIDENCE_TOO_MANY', filesMax: EVIDENCE_FILES_MAX });
    await assert.rejects(upload(EVIDENCE_FILES_MAX), many);
  });
});
