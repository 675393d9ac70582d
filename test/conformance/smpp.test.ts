import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { SmppProbe } from '../../src/probes/smpp.ts';
import { SmppProbeError } from '../../src/probes/smpp-fault.ts';
import { COMMAND } from '../../src/wire/smpp/command.ts';
import { COMMAND_STATUS } from '../../src/wire/smpp/command-status.ts';
import { PduWriter } from '../../src/wire/smpp/pdu-writer.ts';
import { GOOD_TEXT, HTTP_KEY, PASSWORD, type RunningMessageGate, runMessageGate, until } from '../support/smpp-gate.ts';

describe('the SMPP server, by clause of SMPP 3.4', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  let client: SmppProbe;
  before(async () => {
    gate = await runMessageGate();
  });
  after(() => gate.stop());
  beforeEach(async () => {
    gate.centre.texts.length = 0;
    client = await gate.bind();
  });
  afterEach(() => client.destroy());

  it('2.2 open: answers nothing but a bind, an enquire_link and an unbind', async () => {
    const open = await gate.connect();
    assert.equal((await open.submit(GOOD_TEXT)).status, COMMAND_STATUS.wrongBindState);
    assert.equal((await open.enquireLink()).status, COMMAND_STATUS.ok);
    await open.unbind();
  });

  it('4.1.1 bind_transmitter: may submit, and gets no receipts', async () => {
    const transmitter = await gate.bind({ as: 'transmitter' });
    assert.equal(transmitter.bound?.name, 'bongsu');
    assert.equal((await transmitter.submit({ ...GOOD_TEXT, receipt: true })).status, COMMAND_STATUS.ok);
    const [text] = await gate.centre.received(1);
    gate.centre.deliverReceipt(text!, 'c1', 'DELIVRD');
    await until(() => client.receipts.length === 1);
    assert.equal(transmitter.receipts.length, 0);
    await transmitter.unbind();
  });

  it('4.1.3 bind_receiver: may not submit', async () => {
    const receiver = await gate.bind({ as: 'receiver' });
    assert.equal((await receiver.submit(GOOD_TEXT)).status, COMMAND_STATUS.wrongBindState);
    await receiver.unbind();
  });

  it('4.1 bind: a second one on a connection is ESME_RALYBND', async () => {
    const again = await client.tryBind({ systemId: 'saessak', password: PASSWORD });
    assert.equal(again.status, COMMAND_STATUS.alreadyBound);
  });

  it('4.1 bind: an unknown system_id and a wrong password are told apart as the standard does', async () => {
    const refusedWith = (status: number) => (error: unknown) =>
      error instanceof SmppProbeError &&
      error.facts.code === 'SMPP_PROBE_REFUSED' &&
      error.facts.commandStatus === status;
    await assert.rejects(gate.bind({ systemId: 'nobody' }), refusedWith(COMMAND_STATUS.invalidSystemId));
    await assert.rejects(gate.bind({ password: 'wrong' }), refusedWith(COMMAND_STATUS.invalidPassword));
  });

  it('4.2 unbind: is answered after the texts that are on their way', async () => {
    gate.centre.treatment = 'keep';
    const sent = client.submit(GOOD_TEXT);
    const [text] = await gate.centre.received(1);
    gate.centre.treatment = 'answer';
    const order: string[] = [];
    const answered = sent.then(({ status }) => order.push(`text ${status}`));
    const unbound = client.unbind().then(() => order.push('unbind'));
    text!.session.send(text!.pdu.response({ message_id: 'late' }));
    await Promise.all([answered, unbound]);
    assert.deepEqual(order, ['text 0', 'unbind']);
  });

  it('4.3 generic_nack: answers what is no command', async () => {
    const nonsense = await client.request((sequence) =>
      new PduWriter({ command: 0x0999, status: 0, sequence }).finish(),
    );
    assert.equal(nonsense.status, COMMAND_STATUS.invalidCommand);
  });

  it('4: commands of the standard that are not served are refused by their own response', async () => {
    for (const command of [COMMAND.querySm, COMMAND.cancelSm, COMMAND.replaceSm, COMMAND.submitMulti, COMMAND.dataSm]) {
      const refused = await client.request((sequence) => new PduWriter({ command, status: 0, sequence }).finish());
      assert.equal(refused.status, COMMAND_STATUS.invalidCommand, `command ${command}`);
    }
  });

  it('4.4 submit_sm: forwards a text whole, and answers with a message_id', async () => {
    const answer = await client.submit({ ...GOOD_TEXT, text: '택배가 도착했습니다' });
    assert.equal(answer.status, COMMAND_STATUS.ok, answer.says);
    assert.match(answer.name, /^[0-9a-z]+-[0-9a-z]+$/);
    const [text] = await gate.centre.received(1);
    assert.deepEqual([text!.message, text!.originator], ['택배가 도착했습니다', GOOD_TEXT.originator]);
  });

  it('4.4 submit_sm: a text longer than 254 octets travels in message_payload', async () => {
    const long = '가나다라마바사아자차'.repeat(20);
    assert.equal((await client.submit({ ...GOOD_TEXT, text: long })).status, COMMAND_STATUS.ok);
    const [text] = await gate.centre.received(1);
    assert.equal(text!.message, long);
  });

  it('4.4 submit_sm: a destination that is no number is ESME_RINVDSTADR', async () => {
    const { status } = await client.submit({ ...GOOD_TEXT, to: 'nobody' });
    assert.equal(status, COMMAND_STATUS.invalidDestination);
  });

  it('4.4.2: what the message centre refuses is refused with its own status', async () => {
    gate.centre.treatment = { status: COMMAND_STATUS.invalidDestination };
    const answer = await client.submit(GOOD_TEXT);
    gate.centre.treatment = 'answer';
    assert.equal(answer.status, COMMAND_STATUS.invalidDestination);
    assert.equal(answer.refusal?.['code'], 'MESSAGE_CENTRE_REFUSED');
  });

  it('4.6 deliver_sm: a receipt comes back to its sender under the name that the sender was given', async () => {
    const { name } = await client.submit({ ...GOOD_TEXT, receipt: true });
    const [text] = await gate.centre.received(1);
    gate.centre.deliverReceipt(text!, `c${gate.centre.ids}`, 'UNDELIV');
    await until(() => client.receipts.length === 1);
    assert.deepEqual(client.receipts, [{ messageId: name, state: 'UNDELIV' }]);
  });

  it('4.6 deliver_sm: a receipt waits for a receiver that is not there', async () => {
    const { name } = await client.submit({ ...GOOD_TEXT, receipt: true });
    const [text] = await gate.centre.received(1);
    await client.unbind();
    gate.centre.deliverReceipt(text!, `c${gate.centre.ids}`, 'DELIVRD');
    await until(() => gate.centre.delivered.length > 0);
    const later = await gate.bind({ as: 'receiver' });
    await until(() => later.receipts.length === 1);
    assert.equal(later.receipts[0]!.messageId, name);
    await later.unbind();
  });

  it('4.11 enquire_link: is answered', async () => {
    assert.equal((await client.enquireLink()).status, COMMAND_STATUS.ok);
  });

  it('the HTTP API takes the same text, and tells what became of it', async () => {
    const headers = { authorization: `Bearer ${HTTP_KEY}`, 'content-type': 'application/json' };
    const sent = await fetch(`${gate.url}/messages`, { method: 'POST', headers, body: JSON.stringify(GOOD_TEXT) });
    assert.equal(sent.status, 201);
    const { messageId } = (await sent.json()) as { messageId: string };
    const [text] = await gate.centre.received(1);
    assert.equal(text!.originator, GOOD_TEXT.originator);
    gate.centre.deliverReceipt(text!, `c${gate.centre.ids}`, 'DELIVRD');
    await until(async () => {
      const asked = await fetch(`${gate.url}/messages/${messageId}`, { headers });
      return ((await asked.json()) as { state: string }).state === 'DELIVRD';
    });
  });
});

describe('a quiet connection', { timeout: 30_000 }, () => {
  it('4.11: is asked by enquire_link, and ended when it does not answer', async () => {
    const gate = await runMessageGate({ smpp: { port: 0, enquireLinkSeconds: 3 } });
    try {
      const alive = await gate.bind();
      const silent = await gate.connect();
      await silent.tryBind({ systemId: 'saessak', password: PASSWORD });
      silent.isDeaf = true;
      await silent.closed;
      await gate.counted('connections', 'silent', 1);
      assert.equal((await alive.enquireLink()).status, COMMAND_STATUS.ok);
      alive.destroy();
    } finally {
      await gate.stop();
    }
  });
});
