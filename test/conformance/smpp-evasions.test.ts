import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { UNBOUND_CONNECTIONS_MAX } from '../../src/gates/messages/smpp/limits.ts';
import { messageOf, type SmppAnswer, type SmppProbe } from '../../src/probes/smpp.ts';
import { fingerprint } from '../../src/texts/fingerprint.ts';
import { COMMAND_STATUS } from '../../src/wire/smpp/command-status.ts';
import type { ShortMessage } from '../../src/wire/smpp/short-message.ts';
import { textTlv, TLV_TAG } from '../../src/wire/smpp/tlv.ts';
import {
  GOOD_TEXT,
  HTTP_KEY,
  PUREUN,
  type RunningMessageGate,
  runMessageGate,
  SAESSAK,
  until,
} from '../support/smpp-gate.ts';

const GOOD = messageOf(GOOD_TEXT);

describe('a text that means to be looked at in one place and read in another', { timeout: 60_000 }, () => {
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

  const refused = async (message: Partial<ShortMessage>): Promise<SmppAnswer> => {
    const before = gate.centre.texts.length;
    const answer = await client.submitMessage({ ...GOOD, ...message });
    assert.equal(gate.centre.texts.length, before, 'nothing went out');
    return answer;
  };

  it('with a second originator code, before or after its own, bears a foreign one', async () => {
    const foreign = textTlv(TLV_TAG.originatorCode, PUREUN.originator);
    for (const tlvs of [
      [...GOOD.tlvs, foreign],
      [foreign, ...GOOD.tlvs],
    ]) {
      const { status, refusal } = await refused({ tlvs });
      assert.deepEqual([status, refusal?.['code']], [COMMAND_STATUS.invalidOptional, 'TEXT_ORIGINATOR_FOREIGN']);
    }
  });

  it('with words in both short_message and message_payload, or in two of these, is malformed', async () => {
    const payload = { tag: TLV_TAG.messagePayload, value: Buffer.from('Something else') };
    const both = await refused({ tlvs: [...GOOD.tlvs, payload] });
    const twice = await refused({ shortMessage: Buffer.alloc(0), tlvs: [...GOOD.tlvs, payload, payload] });
    assert.deepEqual([both.refusal?.['code'], twice.refusal?.['code']], ['TEXT_MALFORMED', 'TEXT_MALFORMED']);
  });

  it('for a day when its firm may be suspended is refused: ESME_RINVSCHED', async () => {
    const { status, refusal } = await refused({ scheduleDeliveryTime: '270101000000000+' });
    assert.deepEqual([status, refusal?.['code']], [COMMAND_STATUS.invalidSchedule, 'TEXT_SCHEDULED']);
  });

  it('in a coding of handsets has its fingerprint all the same', async () => {
    gate.passed.length = 0;
    const words = '당일 대출 상담 접수 중 지금 바로 연락 주세요 누구나 가능합니다';
    const shortMessage = Buffer.from(words, 'utf16le').swap16();
    assert.equal((await client.submitMessage({ ...GOOD, dataCoding: 0x18, shortMessage })).status, COMMAND_STATUS.ok);
    await until(() => gate.passed.length > 0);
    assert.equal(gate.passed[0]!.fingerprint, fingerprint(words));
  });
});

describe('a sender number in its international form', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  before(async () => {
    gate = await runMessageGate();
  });
  after(() => gate.stop());

  it('is the registered one, over SMPP and HTTP; a number of another country is not', async () => {
    const client = await gate.bind();
    const from = (ton: number, digits: string) => client.submitMessage({ ...GOOD, source: { ton, npi: 1, digits } });
    assert.equal((await from(1, '821012345678')).status, COMMAND_STATUS.ok);
    assert.equal((await from(1, SAESSAK.number)).status, COMMAND_STATUS.ok, 'of a client that says international');
    assert.equal((await from(1, '11012345678')).status, COMMAND_STATUS.invalidSource);
    client.destroy();
    const answer = await fetch(`${gate.url}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${HTTP_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...GOOD_TEXT, from: '+821012345678' }),
    });
    assert.equal(answer.status, 201);
  });
});

describe('the limits of the gate', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  beforeEach(async () => {
    gate = await runMessageGate();
  });
  afterEach(() => gate.stop());

  it('a text that waits for a message centre does not outlive the suspension of its firm', async () => {
    const [saessak, pureun] = await Promise.all([gate.bind(), gate.bind({ systemId: 'pureun' })]);
    await gate.centre.die();
    await gate.counted('connections', 'linkLost', 1);
    const barred = saessak.submit(GOOD_TEXT);
    const innocent = pureun.submit({ ...GOOD_TEXT, from: PUREUN.number, originator: PUREUN.originator });
    await gate.counted('passed', 'smpp', 2);
    gate.senders.suspend(SAESSAK.certificate);
    const { status, refusal } = await barred;
    assert.deepEqual([status, refusal?.['code']], [COMMAND_STATUS.submitFailed, 'SENDER_SUSPENDED']);
    await gate.centre.listen();
    assert.equal((await innocent).status, COMMAND_STATUS.ok);
    assert.deepEqual(
      gate.centre.texts.map(({ originator }) => originator),
      [PUREUN.originator],
    );
    for (const client of [saessak, pureun]) client.destroy();
  });

  it('a text that was lost is not asked for again from a firm that was suspended meanwhile', async () => {
    gate.centre.treatment = 'keep';
    const client = await gate.bind();
    client.isDeaf = true;
    const sent = client.submit(GOOD_TEXT);
    await gate.centre.received(1);
    gate.senders.suspend(SAESSAK.certificate);
    await gate.counted('connections', 'unboundForStanding', 1);
    await gate.centre.die();
    assert.equal((await sent).status, COMMAND_STATUS.submitFailed);
    await client.closed;
    await gate.centre.listen();
  });

  it('binds that are checked at the same time are no more than an account may have', async () => {
    const binds = Array.from({ length: 12 }, () => gate.bind().catch(() => undefined));
    const bound = (await Promise.all(binds)).filter((client) => client !== undefined);
    assert.equal(bound.length, 8);
    for (const client of bound) client.destroy();
  });

  it('who connects and says nothing gives way to who comes and binds', async () => {
    const idle = await Promise.all(Array.from({ length: UNBOUND_CONNECTIONS_MAX }, () => gate.connect()));
    const client = await gate.bind();
    assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
    await idle[0]!.closed;
    for (const other of [client, ...idle]) other.destroy();
  });

  it('a message centre that wants a text later is told over HTTP as 503', async () => {
    gate.centre.treatment = { status: COMMAND_STATUS.throttled };
    const answer = await fetch(`${gate.url}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${HTTP_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(GOOD_TEXT),
    });
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
  });
});
