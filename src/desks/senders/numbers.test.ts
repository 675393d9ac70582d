import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import {
  certifiedFirm,
  CHAIR,
  DAY_MS,
  NUMBER,
  PAIRING_KEY,
  sendersOn,
  type SendersUnderTest,
} from '../../../test/support/senders.ts';
import { numberTag } from '../../statements/pairing-tag.ts';

describeOnEngines('sender numbers', (engine) => {
  let senders: SendersUnderTest;
  let held: Awaited<ReturnType<typeof certifiedFirm>>;
  before(async () => {
    senders = await sendersOn(await engine.openStore());
    held = await certifiedFirm(senders);
  });
  after(() => senders.remove());

  const mobile = (serial: number): string => `010-2222-${String(serial).padStart(4, '0')}`;
  const fixed = (serial: number): string => `02-333-${String(serial).padStart(4, '0')}`;

  it('a number is stated by its tag and an opaque customer, and withdrawn by its tag', async () => {
    const { desk, shared } = senders;
    const answer = await desk.registerNumber(held.certificate, NUMBER, held.request);
    assert.deepEqual([answer.state, answer.customer], ['registered', 'u-1']);
    const tag = Uint8Array.from(numberTag(PAIRING_KEY, '01012345678'));
    const { certificate } = held;
    const registered = { kind: 'number.registered', certificate, tag, customer: 'u-1' };
    assert.deepEqual(shared.statements().at(-1)!.statement, registered);
    const again = { ...NUMBER, number: '+82 10 1234 5678' };
    const known = refused({ code: 'NUMBER_REGISTERED_ALREADY' });
    await assert.rejects(desk.registerNumber(certificate, again, held.request), known);
    await desk.withdrawNumber(certificate, answer.id, held.request);
    assert.deepEqual(shared.statements().at(-1)!.statement, { kind: 'number.withdrawn', certificate, tag });
    const unknown = refused({ code: 'NUMBER_UNKNOWN' });
    await assert.rejects(desk.withdrawNumber(certificate, answer.id, held.request), unknown);
    assert.equal((await desk.registerNumber(certificate, again, held.request)).state, 'registered');
    for (const entry of shared.entries) assert(!Buffer.from(entry).includes('1234'), 'no number in the shared log');
  });

  const CAPS = [
    ['individual', 'mobile', 3, undefined],
    ['individual', 'fixed', 5, undefined],
    ['foreigner', 'mobile', 2, undefined],
    ['foreigner', 'fixed', 0, undefined],
    ['corporation', 'mobile', 4, 2],
    ['corporation', 'fixed', 2, 2],
  ] as const;
  for (const [place, [customerKind, kind, cap, staff]] of CAPS.entries()) {
    it(`${customerKind}, ${kind}: ${cap} are registered, one more is held`, async () => {
      const { desk, shared } = senders;
      const states = [];
      const before = shared.size;
      for (let serial = 0; serial <= cap; serial++) {
        const number = (kind === 'mobile' ? mobile : fixed)(place * 10 + serial);
        const form = { number, customer: `${customerKind} ${kind}`, customerKind, proof: 'carrier-certificate' };
        const more = staff === undefined ? {} : { staff };
        states.push((await desk.registerNumber(held.certificate, { ...form, ...more }, held.request)).state);
      }
      assert.deepEqual(states, [...Array<string>(cap).fill('registered'), 'held']);
      assert.equal(shared.size, before + cap, 'a held number is not stated');
    });
  }

  it('a held number is stated once it is approved, and never where it is refused', async () => {
    const { desk, shared } = senders;
    const { numbers } = await desk.numbers(held.certificate, { state: 'held' }, CHAIR);
    const [first, second] = numbers;
    const before = shared.size;
    const approved = await desk.decideNumber(held.certificate, { id: first!.id, approve: true }, CHAIR);
    assert.equal(approved.state, 'registered');
    assert.equal(
      (await desk.decideNumber(held.certificate, { id: second!.id, approve: false }, CHAIR)).state,
      'refused',
    );
    assert.equal(shared.size, before + 1);
    const decided = refused({ code: 'NUMBER_NOT_HELD', state: 'refused' });
    await assert.rejects(desk.decideNumber(held.certificate, { id: second!.id, approve: true }, CHAIR), decided);
    const unknown = refused({ code: 'NUMBER_UNKNOWN' });
    await assert.rejects(desk.decideNumber(held.certificate, { id: 9_999, approve: true }, CHAIR), unknown);
  });

  it('a proof proves only what it can', async () => {
    const { desk } = senders;
    const wrong: readonly [string, string, string][] = [
      [fixed(900), 'individual', 'phone-identity'],
      [mobile(901), 'individual', 'employment-certificate'],
    ];
    for (const [number, customerKind, proof] of wrong) {
      const kind = `${customerKind} ${number.startsWith('02') ? 'fixed' : 'mobile'}`;
      const form = { ...NUMBER, number, customerKind, proof };
      const facts = { code: 'NUMBER_PROOF_WRONG', kind, proof };
      await assert.rejects(desk.registerNumber(held.certificate, form, held.request), refused(facts));
    }
  });

  it('a number that is none, a corporation without staff: nothing is kept', async () => {
    const { desk } = senders;
    const none = refused({ code: 'SENDER_NUMBER_MALFORMED', field: 'number' });
    for (const number of ['', '12', '0'.repeat(16), 'abc', '010-1234-567８']) {
      await assert.rejects(desk.registerNumber(held.certificate, { ...NUMBER, number }, held.request), none);
    }
    const expected = 'of a corporation: how many people it employs, at most 1000000';
    const staff = refused({ code: 'FIELD_MALFORMED', field: 'staff', expected });
    const corporation = { ...NUMBER, number: mobile(910), customerKind: 'corporation' };
    await assert.rejects(desk.registerNumber(held.certificate, corporation, held.request), staff);
  });

  it('another firm’s certificate is like none, and one that is over takes no number', async () => {
    const { desk, clock } = senders;
    const other = await certifiedFirm(senders, { businessNumber: '4000000001' });
    const unknown = refused({ code: 'CERTIFICATE_UNKNOWN' });
    await assert.rejects(desk.registerNumber(held.certificate, NUMBER, other.request), unknown);
    await assert.rejects(desk.numbers(held.certificate, {}, other.request), unknown);
    const form = { ...NUMBER, number: mobile(920) };
    const over = (state: string) =>
      refused({ code: 'CERTIFICATE_NOT_IN_FORCE', certificate: other.certificate, state });
    clock.advance(730 * DAY_MS);
    await assert.rejects(desk.registerNumber(other.certificate, form, other.request), over('expired'));
    clock.advance(-730 * DAY_MS);
    await desk.sanction(other.certificate, 'cancel', { reason: 'request' }, CHAIR);
    await assert.rejects(desk.registerNumber(other.certificate, form, other.request), over('cancelled'));
  });
});
