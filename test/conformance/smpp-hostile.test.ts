import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { UNBOUND_CONNECTIONS_MAX } from '../../src/gates/messages/smpp/limits.ts';
import { COMMAND } from '../../src/wire/smpp/command.ts';
import { COMMAND_STATUS } from '../../src/wire/smpp/command-status.ts';
import { PDU_SIZE_MAX } from '../../src/wire/smpp/frame.ts';
import { PduWriter } from '../../src/wire/smpp/pdu-writer.ts';
import { writeShortMessage } from '../../src/wire/smpp/short-message.ts';
import { messageOf } from '../../src/probes/smpp.ts';
import { GOOD_TEXT, type RunningMessageGate, runMessageGate, until } from '../support/smpp-gate.ts';

describe('a hostile SMPP client', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  before(async () => {
    gate = await runMessageGate({ smpp: { port: 0, window: 4 } });
  });
  after(() => gate.stop());

  const BAD_LENGTHS = {
    'says that a PDU has fewer octets than its header': 15,
    'says that a PDU has none': 0,
    'says that a PDU is one longer than any that is taken': PDU_SIZE_MAX + 1,
    'says that a PDU has 4 GiB': 0xffff_ffff,
  };
  for (const [what, size] of Object.entries(BAD_LENGTHS)) {
    it(`that ${what} is cut off`, async () => {
      const client = await gate.bind();
      const broken = gate.counter('connections', 'streamBroken');
      const octets = Buffer.alloc(16);
      octets.writeUInt32BE(size);
      client.send(octets);
      await client.closed;
      await gate.counted('connections', 'streamBroken', broken + 1);
    });
  }

  it('that sends a text cut at every octet is told so each time, and stays bound', async () => {
    const client = await gate.bind();
    const whole = writeShortMessage(COMMAND.submitSm, 1, messageOf(GOOD_TEXT));
    const sentBefore = gate.centre.texts.length;
    for (let size = 16; size < whole.length; size++) {
      const { status } = await client.request((sequence) => {
        const cut = Buffer.from(whole.subarray(0, size));
        cut.writeUInt32BE(size, 0);
        cut.writeUInt32BE(sequence, 12);
        return cut;
      });
      assert.notEqual(status, COMMAND_STATUS.ok, `cut at ${size}`);
    }
    assert.equal(gate.centre.texts.length, sentBefore);
    assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
    client.destroy();
  });

  it('that sends one octet at a time is served', async () => {
    const client = await gate.bind();
    const { status } = await client.request((sequence) => {
      const pdu = writeShortMessage(COMMAND.submitSm, sequence, messageOf(GOOD_TEXT));
      for (const octet of pdu.subarray(0, -1)) client.send(Buffer.of(octet));
      return pdu.subarray(-1);
    });
    assert.equal(status, COMMAND_STATUS.ok);
    client.destroy();
  });

  it('that sends responses to nothing is left alone', async () => {
    const client = await gate.bind();
    for (const command of [0x8000_0005, 0x8000_0006, 0x8000_0015, 0x8000_0000, 0xffff_ffff]) {
      client.send(new PduWriter({ command, status: 0, sequence: 77 }).finish());
    }
    assert.equal((await client.enquireLink()).status, COMMAND_STATUS.ok);
    client.destroy();
  });

  it('that sends more at once than its window is told to send those again', async () => {
    const client = await gate.bind();
    gate.centre.treatment = 'keep';
    const received = gate.centre.texts.length;
    const answers = Array.from({ length: 5 }, () => client.submit(GOOD_TEXT));
    const { status, refusal } = await answers[4]!;
    assert.equal(status, COMMAND_STATUS.queueFull);
    assert.equal(refusal?.['code'], 'TEXT_WINDOW_FULL');
    const texts = await gate.centre.received(received + 4);
    for (const { session, pdu } of texts.slice(received)) session.send(pdu.response({ message_id: 'late' }));
    gate.centre.treatment = 'answer';
    for (const answer of answers.slice(0, 4)) assert.equal((await answer).status, COMMAND_STATUS.ok);
    client.destroy();
  });

  it('that sends the same text twice under one sequence number gets two answers: they are two texts', async () => {
    const client = await gate.bind();
    const received = gate.centre.texts.length;
    const pdu = writeShortMessage(COMMAND.submitSm, 900, messageOf(GOOD_TEXT));
    client.send(Buffer.concat([pdu, pdu]));
    await until(() => client.strays === 2);
    assert.equal(gate.centre.texts.length, received + 2);
    client.destroy();
  });

  it('that leaves with texts on their way takes nobody with it', async () => {
    const client = await gate.bind();
    const other = await gate.bind({ systemId: 'pureun' });
    gate.centre.treatment = 'keep';
    const received = gate.centre.texts.length;
    const sent = client.submit(GOOD_TEXT);
    const texts = await gate.centre.received(received + 1);
    client.destroy();
    await assert.rejects(sent);
    texts[received]!.session.send(texts[received]!.pdu.response({ message_id: 'too-late' }));
    gate.centre.treatment = 'answer';
    assert.equal((await other.enquireLink()).status, COMMAND_STATUS.ok);
    other.destroy();
  });

  it('connections that never bind cannot crowd out those that do', async () => {
    const refused = gate.counter('connections', 'connectionRefused');
    const bound = await gate.bind();
    const idle = await Promise.all(Array.from({ length: UNBOUND_CONNECTIONS_MAX }, () => gate.connect()));
    await until(async () => {
      const late = await gate.connect();
      late.destroy();
      return gate.counter('connections', 'connectionRefused') > refused;
    });
    assert.equal((await bound.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
    for (const client of idle) client.destroy();
    bound.destroy();
  });
});
