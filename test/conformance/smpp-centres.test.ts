import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COMMAND_STATUS } from '../../src/wire/smpp/command-status.ts';
import { TestCentre } from '../support/smpp-centre.ts';
import { GOOD_TEXT, messageConfig, type RunningMessageGate, runMessageGate } from '../support/smpp-gate.ts';

const WINDOW = 10;
const TEXTS = 30;

async function runWithWindow(whenLost: 'refuse' | 'retry'): Promise<RunningMessageGate> {
  return runMessageGate({ whenLost }, { smscWindow: WINDOW });
}

/** Fills the window of a centre that answers nothing, lets it die and come back, and gives the answers of the client. */
async function dieWithFullWindow(gate: RunningMessageGate) {
  const client = await gate.bind();
  gate.centre.treatment = 'keep';
  const answers = Promise.all(Array.from({ length: TEXTS }, () => client.submit(GOOD_TEXT)));
  await gate.centre.received(WINDOW);
  assert.equal(gate.centre.texts.length, WINDOW, 'no more than the window');
  await gate.centre.die();
  gate.centre.treatment = 'answer';
  await gate.centre.listen();
  return { client, answers: await answers };
}

describe('a message centre that dies with a full window', { timeout: 60_000 }, () => {
  it('each text on its way is refused once, to be sent again; those that wait go out later', async () => {
    const gate = await runWithWindow('refuse');
    try {
      const { client, answers } = await dieWithFullWindow(gate);
      const lost = answers.filter(({ refusal }) => refusal?.['code'] === 'MESSAGE_CENTRE_LOST');
      assert.equal(lost.length, WINDOW);
      assert(lost.every(({ status }) => status === COMMAND_STATUS.systemError));
      assert.equal(answers.filter(({ status }) => status === COMMAND_STATUS.ok).length, TEXTS - WINDOW);
      assert.equal(gate.centre.texts.length, TEXTS);
      await client.enquireLink();
      assert.equal(client.strays, 0, 'nothing was answered twice');
    } finally {
      await gate.stop();
    }
  });

  it('or is sent once more, where the policy says so', async () => {
    const gate = await runWithWindow('retry');
    try {
      const { client, answers } = await dieWithFullWindow(gate);
      assert(answers.every(({ status }) => status === COMMAND_STATUS.ok));
      assert.equal(gate.centre.texts.length, TEXTS + WINDOW);
      await client.enquireLink();
      assert.equal(client.strays, 0, 'nothing was answered twice');
      assert.equal(new Set(answers.map(({ name }) => name)).size, TEXTS);
    } finally {
      await gate.stop();
    }
  });
});

describe('message centres', { timeout: 60_000 }, () => {
  it('that do not come back: texts wait for so long, and are then to be sent again', async () => {
    const gate = await runMessageGate();
    try {
      const client = await gate.bind();
      await gate.centre.die();
      await gate.counted('connections', 'linkLost', 1);
      const { status, refusal } = await client.submit(GOOD_TEXT);
      assert.equal(status, COMMAND_STATUS.systemError);
      assert.equal(refusal?.['code'], 'MESSAGE_CENTRE_UNREACHABLE');
    } finally {
      await gate.stop();
    }
  });

  it('are chosen by the account', async () => {
    const other = await TestCentre.start();
    const config = messageConfig(0);
    const account = { ...config.accounts[0], smscs: ['second'] };
    const second = { ...config.smscs[0], name: 'second', port: other.port };
    const gate = await runMessageGate({ accounts: [account] }, { moreSmscs: [second] });
    try {
      await other.connected();
      const client = await gate.bind();
      for (let text = 0; text < 3; text++) {
        assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
      }
      assert.deepEqual([gate.centre.texts.length, other.texts.length], [0, 3]);
    } finally {
      await gate.stop();
      await other.die();
    }
  });

  it('that answer a receipt’s text late: a receipt before the answer is asked for again', async () => {
    const gate = await runMessageGate();
    try {
      const client = await gate.bind();
      gate.centre.treatment = 'keep';
      const sent = client.submit({ ...GOOD_TEXT, receipt: true });
      const [text] = await gate.centre.received(1);
      gate.centre.deliverReceipt(text!, 'early', 'DELIVRD');
      assert.deepEqual(await gate.centre.answered(1), [COMMAND_STATUS.temporaryError]);
      text!.session.send(text!.pdu.response({ message_id: 'early' }));
      await sent;
      gate.centre.deliverReceipt(text!, 'early', 'DELIVRD');
      assert.deepEqual(await gate.centre.answered(2), [COMMAND_STATUS.temporaryError, COMMAND_STATUS.ok]);
      await gate.counted('receipts', 'delivered', 1);
    } finally {
      await gate.stop();
    }
  });

  it('that deliver anything but a receipt are told that it is not taken', async () => {
    const gate = await runMessageGate();
    try {
      const client = await gate.bind();
      await client.submit(GOOD_TEXT);
      const [text] = await gate.centre.received(1);
      const fields = { source_addr: '01011112222', destination_addr: '100', short_message: 'A reply' };
      const status = await new Promise<number>((resolve) => {
        text!.session.deliver_sm(fields, (response) => resolve(response.command_status));
      });
      assert.equal(status, COMMAND_STATUS.permanentError);
    } finally {
      await gate.stop();
    }
  });
});
