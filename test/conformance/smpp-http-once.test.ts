import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GOOD_TEXT, HTTP_KEY, runMessageGate, type RunningMessageGate, SAESSAK, until } from '../support/smpp-gate.ts';

/** Where nobody knows whether a text went out, one with a key never goes again: whatever `whenLost` says. */
describe('a text with an Idempotency-Key whose link ends before its answer', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  before(async () => {
    gate = await runMessageGate({ whenLost: 'retry' });
  });
  after(() => gate.stop());

  const post = async (key: string | undefined): Promise<[number, unknown]> => {
    const headers = { authorization: `Bearer ${HTTP_KEY}`, 'content-type': 'application/json' };
    const response = await fetch(`${gate.url}/messages`, {
      method: 'POST',
      headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
      body: JSON.stringify(GOOD_TEXT),
    });
    const { code } = (await response.json()) as { code?: string };
    return [response.status, code];
  };
  /** The centre takes a text and dies; then it is there again. */
  const loseLink = async (texts: number): Promise<void> => {
    await gate.centre.received(texts);
    await gate.centre.die();
    gate.centre.treatment = 'answer';
    await gate.centre.listen();
  };

  it('is answered 409 TEXT_OUTCOME_UNKNOWN, then and whenever it is asked for again', async () => {
    gate.centre.treatment = 'keep';
    const first = post('k');
    await loseLink(1);
    const unknown = [409, 'TEXT_OUTCOME_UNKNOWN'];
    assert.deepEqual(await first, unknown);
    await gate.centre.connected();
    assert.deepEqual(await post('k'), unknown);
    assert.equal(gate.centre.texts.length, 1, 'it is not sent again');
    assert.equal((await post('l'))[0], 201);
  });

  it('stays unknown though its firm was suspended meanwhile, and is reinstated', async () => {
    gate.centre.treatment = 'keep';
    const first = post('m');
    await gate.centre.received(3);
    gate.senders.suspend(SAESSAK.certificate);
    await until(async () => (await post('n'))[1] === 'SENDER_SUSPENDED');
    await loseLink(3);
    assert.deepEqual(await first, [409, 'TEXT_OUTCOME_UNKNOWN']);
    gate.senders.reinstate(SAESSAK.certificate);
    await until(async () => (await post('n'))[0] === 201);
    assert.deepEqual(await post('m'), [409, 'TEXT_OUTCOME_UNKNOWN']);
  });

  it('without a key it is sent once more here', async () => {
    const before = gate.centre.texts.length;
    gate.centre.treatment = 'keep';
    const first = post(undefined);
    await loseLink(before + 1);
    assert.deepEqual(await first, [201, undefined]);
    assert.equal(gate.centre.texts.length, before + 2);
  });
});
