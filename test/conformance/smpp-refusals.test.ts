import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { REFUSAL_HELD_MS_MIN } from '../../src/gates/messages/smpp/limits.ts';
import type { ProbeText, SmppAnswer, SmppProbe } from '../../src/probes/smpp.ts';
import { COMMAND_STATUS } from '../../src/wire/smpp/command-status.ts';
import {
  GOOD_TEXT,
  PASSWORD,
  PUREUN,
  type RunningMessageGate,
  runMessageGate,
  SAESSAK,
  until,
} from '../support/smpp-gate.ts';

describe('a text that may not pass', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  let client: SmppProbe;
  before(async () => {
    gate = await runMessageGate();
  });
  after(() => gate.stop());
  beforeEach(async () => {
    client = await gate.bind();
  });
  afterEach(() => client.destroy());

  const refused = async (text: Partial<ProbeText>): Promise<SmppAnswer> => {
    const before = gate.centre.texts.length;
    const answer = await client.submit({ ...GOOD_TEXT, ...text });
    assert.notEqual(answer.status, COMMAND_STATUS.ok);
    assert.equal(gate.centre.texts.length, before, 'nothing went out');
    return answer;
  };

  it('bears no originator code: ESME_RMISSINGOPTPARAM', async () => {
    const { originator: _, ...text } = GOOD_TEXT;
    const answer = await client.submit(text);
    assert.equal(answer.status, COMMAND_STATUS.missingOptional);
    assert.equal(answer.refusal?.['code'], 'TEXT_ORIGINATOR_MISSING');
  });

  it('bears the originator code of another firm: ESME_RINVOPTPARAMVAL', async () => {
    const answer = await refused({ originator: PUREUN.originator });
    assert.equal(answer.status, COMMAND_STATUS.invalidOptional);
    assert.equal(answer.refusal?.['code'], 'TEXT_ORIGINATOR_FOREIGN');
  });

  it('bears an originator code that is none: ESME_RINVOPTPARAMVAL', async () => {
    for (const originator of ['', '30120000', `${SAESSAK.originator}0`, '30120000X']) {
      assert.equal((await refused({ originator })).status, COMMAND_STATUS.invalidOptional);
    }
  });

  it('comes from a number that is not registered: ESME_RINVSRCADR', async () => {
    for (const from of [PUREUN.number, '01000000000', 'BANK', '']) {
      const answer = await refused({ from });
      assert.equal(answer.status, COMMAND_STATUS.invalidSource);
      assert.equal(answer.refusal?.['code'], 'TEXT_NUMBER_UNREGISTERED');
    }
  });

  it('names a customer whose number it is not: ESME_RINVSRCADR', async () => {
    const answer = await refused({ customer: 'customer-2' });
    assert.equal(answer.status, COMMAND_STATUS.invalidSource);
    assert.equal(answer.refusal?.['code'], 'TEXT_NUMBER_OF_OTHER_CUSTOMER');
    assert.equal((await client.submit({ ...GOOD_TEXT, customer: 'customer-1' })).status, COMMAND_STATUS.ok);
  });

  it('says why for people and for machines, and how to appeal', async () => {
    const { says, refusal } = await refused({ from: '01000000000' });
    assert.match(says!, /^TEXT_NUMBER_UNREGISTERED: .*certificate KS-2026-000001; appeal: /);
    assert.deepEqual(refusal, {
      code: 'TEXT_NUMBER_UNREGISTERED',
      certificate: SAESSAK.certificate,
      entries: ['injeung/0'],
      appeal: 'write to the certifier that issued the certificate, naming the case',
    });
  });

  it('is recorded with its sender number and its fingerprint, and nothing of its receiver', async () => {
    await refused({ from: '01055556666' });
    const records = await gate.records(1);
    await until(async () => (await gate.records(1)).some(({ from }) => from === '01055556666'));
    assert.doesNotMatch(JSON.stringify(records), new RegExp(`${GOOD_TEXT.to}|parcels`));
  });

  it('that passes is told by its fingerprint alone', async () => {
    gate.passed.length = 0;
    await client.submit(GOOD_TEXT);
    await until(() => gate.passed.length > 0);
    const { atMs, fingerprint, ...rest } = gate.passed[0]!;
    assert.deepEqual(rest, { certificate: SAESSAK.certificate, originator: SAESSAK.originator, verdict: 'passed' });
    assert.match(fingerprint, /^[0-9a-f]{16}$/);
    assert(atMs > 0);
  });
});

describe('a firm that is suspended', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  beforeEach(async () => {
    gate = await runMessageGate();
  });
  afterEach(() => gate.stop());

  it('is unbound at once, on every connection, and no other firm is', async (t) => {
    const clients = await Promise.all([gate.bind(), gate.bind({ as: 'receiver' }), gate.bind({ as: 'transmitter' })]);
    const other = await gate.bind({ systemId: 'pureun' });
    const startMs = systemClock.steadyMs();
    gate.senders.suspend(SAESSAK.certificate);
    await Promise.all(clients.map(({ closed }) => closed));
    t.diagnostic(`unbound ${Math.round(systemClock.steadyMs() - startMs)} ms after the statement`);
    assert(clients.every(({ isUnbound }) => isUnbound));
    assert.equal((await other.enquireLink()).status, COMMAND_STATUS.ok);
    assert.equal(gate.counter('connections', 'unboundForStanding'), 3);
  });

  it('that goes on sending while it is unbound gets ESME_RSUBMITFAIL, never a code that asks for more', async () => {
    const client = await gate.bind();
    client.isDeaf = true;
    gate.senders.suspend(SAESSAK.certificate);
    await gate.counted('connections', 'unboundForStanding', 1);
    assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.submitFailed);
    await client.closed;
    assert.equal(gate.centre.texts.length, 0);
  });

  it('is refused at a bind with ESME_RBINDFAIL, the case and the way to appeal', async () => {
    gate.senders.suspend(SAESSAK.certificate, 'K-2026-000777');
    const client = await gate.connect();
    const bound = await client.tryBind({ systemId: 'saessak', password: PASSWORD });
    assert.equal(bound.status, COMMAND_STATUS.bindFailed);
    assert.match(bound.says!, /SENDER_SUSPENDED.*reason spam; certificate KS-2026-000001; case K-2026-000777; appeal/);
    assert.equal(bound.refusal?.['case'], 'K-2026-000777');
    assert.deepEqual(bound.refusal?.['entries'], ['injeung/0', 'injeung/4']);
    await client.closed;
  });

  it('and binds in a loop is held back longer and longer, and recorded once', async () => {
    gate.senders.suspend(SAESSAK.certificate);
    const startMs = systemClock.steadyMs();
    for (let bind = 0; bind < 4; bind++) {
      const client = await gate.connect();
      const { status } = await client.tryBind({ systemId: 'saessak', password: PASSWORD });
      assert.equal(status, COMMAND_STATUS.bindFailed);
      await client.closed;
    }
    // At once, then after 1, 2 and 4 times the least.
    assert(systemClock.steadyMs() - startMs >= 7 * REFUSAL_HELD_MS_MIN);
    assert.equal(gate.counter('connections', 'bindHeldBack'), 3);
    const records = await gate.records(1);
    assert.deepEqual(
      records.map(({ check, reason }) => [check, reason]),
      [['bind', 'SENDER_SUSPENDED']],
    );
  });

  it('and binds from many connections at once cannot keep another firm out', async () => {
    gate.senders.suspend(SAESSAK.certificate);
    const storm = await Promise.all(Array.from({ length: 100 }, () => gate.connect()));
    const answers = storm.map((client) =>
      client.tryBind({ systemId: 'saessak', password: PASSWORD }).then(
        ({ status }) => status,
        () => 'cut',
      ),
    );
    const other = await gate.bind({ systemId: 'pureun' });
    assert.equal((await other.enquireLink()).status, COMMAND_STATUS.ok);
    for (const client of storm) client.destroy();
    const seen = new Set(await Promise.all(answers));
    assert(!seen.has(COMMAND_STATUS.ok));
    assert(seen.has('cut'));
  });

  it('returns when it is reinstated, without a restart', async () => {
    gate.senders.suspend(SAESSAK.certificate);
    await assert.rejects(gate.bind());
    gate.senders.reinstate(SAESSAK.certificate);
    const client = await gate.bind();
    assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
  });

  it('or cancelled, expired or not certified at all does not bind', async () => {
    gate.senders.state({ kind: 'sender.cancelled', certificate: SAESSAK.certificate, reason: 'order' });
    await assert.rejects(gate.bind(), /SMPP_PROBE_REFUSED/);
    gate.senders.certify(PUREUN, { validUntilMs: systemClock.nowMs() - 1 });
    await assert.rejects(gate.bind({ systemId: 'pureun' }), /SMPP_PROBE_REFUSED/);
  });
});

/** A busy machine may need more than a second for what came at once, and then more may pass. */
function assertRate(passed: number, perSecond: number, startMs: number): void {
  const seconds = 1 + Math.floor((systemClock.steadyMs() - startMs) / 1_000);
  assert.ok(passed >= perSecond && passed <= perSecond * seconds, `${passed} passed in ${seconds} s`);
}

describe('the rate of a firm', { timeout: 60_000 }, () => {
  it('holds across its connections, and what is above gets ESME_RTHROTTLED', async () => {
    const gate = await runMessageGate({}, { ratePerSecond: 20 });
    try {
      const clients = await Promise.all([gate.bind(), gate.bind()]);
      const startMs = systemClock.steadyMs();
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, place) => clients[place % 2]!.submit(GOOD_TEXT)),
      );
      const passed = answers.filter(({ status }) => status === COMMAND_STATUS.ok).length;
      assertRate(passed, 20, startMs);
      assert.equal(answers.filter(({ status }) => status === COMMAND_STATUS.throttled).length, 60 - passed);
    } finally {
      await gate.stop();
    }
  });

  it('is cut to its share while it is reduced; emergency texts are not', async () => {
    const gate = await runMessageGate({}, { ratePerSecond: 20 });
    try {
      const { senders } = gate;
      const { certificate } = SAESSAK;
      senders.certify({ ...PUREUN }, { priority: 'emergency' });
      for (const each of [certificate, PUREUN.certificate]) {
        senders.state({ kind: 'sender.rate-limited', certificate: each, permille: 500, reason: 'spam' });
      }
      const reduced = await gate.bind();
      const emergency = await gate.bind({ systemId: 'pureun' });
      const emergencyText = { ...GOOD_TEXT, from: PUREUN.number, originator: PUREUN.originator };
      const submit = async (client: SmppProbe, text: ProbeText, perSecond: number): Promise<void> => {
        const startMs = systemClock.steadyMs();
        const answers = await Promise.all(Array.from({ length: 40 }, () => client.submit(text)));
        assertRate(answers.filter(({ status }) => status === COMMAND_STATUS.ok).length, perSecond, startMs);
      };
      await submit(reduced, GOOD_TEXT, 10);
      await submit(emergency, emergencyText, 20);
    } finally {
      await gate.stop();
    }
  });
});

describe('in shadow mode', { timeout: 30_000 }, () => {
  it('every text passes, and what would be refused is counted and recorded', async () => {
    const gate = await runMessageGate({ shadow: true });
    try {
      gate.senders.suspend(SAESSAK.certificate);
      const client = await gate.bind();
      assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
      assert.equal(gate.counter('shadow', 'not-suspended'), 1);
      assert.equal(gate.counter('refused', 'not-suspended'), 0);
      const [record] = await gate.records(1);
      assert.deepEqual([record!.shadow, record!.reason], [true, 'SENDER_SUSPENDED']);
      await until(() => gate.passed.length === 1);
      assert.equal(gate.passed[0]!.verdict, 'not-suspended');
    } finally {
      await gate.stop();
    }
  });
});

describe('the operator’s own notices', { timeout: 30_000 }, () => {
  it('go out without a certificate, and the same key goes out once', async () => {
    const gate = await runMessageGate({ own: { originator: '301299999' } });
    try {
      const notice = { from: '100', to: '01012340000', text: 'Notice', key: 'incident-1/01012340000' };
      const first = await gate.gate.submit(notice);
      const again = await gate.gate.submit(notice);
      assert.equal(first.messageId, again.messageId);
      await assert.rejects(gate.gate.submit({ ...notice, text: 'Another' }), /IDEMPOTENCY_KEY_REUSED/);
      assert.equal(gate.centre.texts.length, 1);
      assert.equal(gate.centre.texts[0]!.originator, '301299999');
    } finally {
      await gate.stop();
    }
  });
});
