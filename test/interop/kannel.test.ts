import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { programSkipReason } from '../support/programs.ts';
import { GOOD_TEXT, PASSWORD, type RunningMessageGate, runMessageGate, SAESSAK, until } from '../support/smpp-gate.ts';
import { DLR, Kannel } from '../support/smpp-kannel.ts';

/** How long a suspended firm is watched. Kannel binds again each second, without end. */
const WATCHED_MS = 5_000;
const TEST_MS_MAX = 40_000;
/** Above what may pass in a second. */
const TEXTS_AT_ONCE = 8;
const skip = programSkipReason('bearerbox', 'smsbox');

describe('Kannel, with texts sent again without end', { skip }, () => {
  let gate: RunningMessageGate;
  let kannel: Kannel;
  beforeEach(async () => {
    gate = await runMessageGate({}, { ratePerSecond: 5 });
    kannel = await Kannel.start({ port: gate.gate.addresses.smpp!.port, systemId: 'saessak', password: PASSWORD });
    await gate.counted('connections', 'bound', 1);
  });
  afterEach(async () => {
    await kannel.stop();
    await gate.stop();
  });

  it('sends a Korean text with its originator code, and gets the receipt', { timeout: TEST_MS_MAX }, async () => {
    await kannel.send({ ...GOOD_TEXT, text: '택배가 도착했습니다' });
    const [text] = await gate.centre.received(1);
    assert.deepEqual([text!.message, text!.originator], ['택배가 도착했습니다', SAESSAK.originator]);
    await kannel.reported(DLR.accepted);
    gate.centre.deliverReceipt(text!, 'c1', 'DELIVRD');
    await kannel.reported(DLR.delivered);
  });

  it(
    'gives up a text without originator code, and one from a number that is not registered',
    { timeout: TEST_MS_MAX },
    async () => {
      const { originator: _, ...bare } = GOOD_TEXT;
      await kannel.send(bare);
      await kannel.send({ ...GOOD_TEXT, from: '01000000000' });
      await kannel.reported(DLR.refused, 2);
      await until(() => /TEXT_ORIGINATOR_MISSING.*appeal/.test(kannel.dumped));
      await until(() => /TEXT_NUMBER_UNREGISTERED.*appeal/.test(kannel.dumped));
      assert.equal(gate.centre.texts.length, 0);
      const refusals = gate.gate.counters().filter(({ family }) => family === 'refused');
      assert.equal(
        refusals.reduce((sum, { value }) => sum + value, 0),
        2,
        'each was sent once',
      );
      assert.doesNotMatch(kannel.log, /PANIC|has no NULL/);
    },
  );

  it('sends again what was above the rate, until all have passed', { timeout: TEST_MS_MAX }, async () => {
    let sent = 0;
    // On a busy machine they may not come fast enough at once.
    do {
      await Promise.all(Array.from({ length: TEXTS_AT_ONCE }, () => kannel.send(GOOD_TEXT)));
      await gate.centre.received((sent += TEXTS_AT_ONCE));
    } while (gate.counter('refused', 'rate') === 0);
    await kannel.reported(DLR.accepted, sent);
    assert.equal(gate.centre.texts.length, sent, 'none passed twice');
  });

  it(
    'is unbound when its firm is suspended, sends nothing more, and returns when the firm is reinstated',
    { timeout: TEST_MS_MAX },
    async () => {
      gate.senders.suspend(SAESSAK.certificate);
      await gate.counted('connections', 'unboundForStanding', 1);
      for (let text = 0; text < 3; text++) await kannel.send(GOOD_TEXT);
      await gate.counted('connections', 'bindRefused', 2);
      await wait(WATCHED_MS);
      const binds = gate.counter('connections', 'bindRefused');
      assert(binds <= 7, `${binds} binds in ${WATCHED_MS} ms`);
      assert.deepEqual([gate.centre.texts.length, gate.counter('refused', 'not-suspended')], [0, 0]);
      gate.senders.reinstate(SAESSAK.certificate);
      await gate.centre.received(3);
      await until(() => gate.counter('connections', 'bound') === 2);
    },
  );
});
