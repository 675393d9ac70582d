import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HandClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { EMPTY_SHORT_MESSAGE } from '../../../wire/smpp/short-message.ts';
import { TestCentre } from '../../../../test/support/smpp-centre.ts';
import { TextRefusal } from '../refusal.ts';
import { type Forwarded, Forwarder, WAIT_MS_MAX, WAITING_MAX } from './forwarder.ts';
import { ANSWER_WAIT_MS_MAX, type Sent, SmscLink } from './smsc-link.ts';

const TEXT = { ...EMPTY_SHORT_MESSAGE, destination: { ton: 0, npi: 1, digits: '01012345678' } };

describe('a link to a message centre', { timeout: 30_000 }, () => {
  let centre: TestCentre;
  let clock: HandClock;
  let link: SmscLink;
  let hasRoom: PromiseWithResolvers<void>;
  beforeEach(async () => {
    centre = await TestCentre.start();
    clock = new HandClock();
    hasRoom = Promise.withResolvers();
    const address = { name: 'centre', host: '127.0.0.1', port: centre.port };
    link = new SmscLink(
      { ...address, systemId: 'hanbit', password: '', window: 3, enquireLinkMs: 60_000 },
      {
        clock,
        log: silentLog,
        random: () => 0,
        count: () => {},
        onRoom: () => hasRoom.resolve(),
        onDeliver: () => 0,
      },
    );
    await hasRoom.promise;
  });
  afterEach(async () => {
    await link.close();
    await centre.die();
  });

  const send = () => new Promise<Sent>((resolve) => link.send(TEXT, resolve));

  it('has room for its window, and gets it back with each answer', async () => {
    centre.treatment = 'keep';
    const sent = [send(), send()];
    assert.equal(link.room, 1);
    const [first] = await centre.received(2);
    first!.session.send(first!.pdu.response({ message_id: 'named' }));
    assert.deepEqual(await sent[0], { kind: 'answered', status: 0, messageId: 'named' });
    assert.equal(link.room, 2);
  });

  it('gives up a text that the centre does not answer in time, and takes no later answer for it', async () => {
    centre.treatment = 'keep';
    const sent = send();
    const [text] = await centre.received(1);
    clock.advance(ANSWER_WAIT_MS_MAX);
    assert.deepEqual(await sent, { kind: 'silent' });
    text!.session.send(text!.pdu.response({ message_id: 'late' }));
    centre.treatment = 'answer';
    assert.deepEqual(await send(), { kind: 'answered', status: 0, messageId: 'c1' });
    assert.equal(link.room, 3);
  });

  it('tells what was on its way when it ended, and binds again', async () => {
    centre.treatment = 'keep';
    const sent = [send(), send(), send()];
    await centre.received(3);
    await centre.die();
    assert.deepEqual(await Promise.all(sent), [{ kind: 'lost' }, { kind: 'lost' }, { kind: 'lost' }]);
    assert.equal(link.room, 0);
    hasRoom = Promise.withResolvers();
    await centre.listen();
    await hasRoom.promise;
    assert.equal(link.room, 3);
  });
});

describe('the forwarder without a message centre', { timeout: 30_000 }, () => {
  const newForwarder = (clock: HandClock) => new Forwarder({ whenLost: 'refuse' }, { clock, count: () => {} });
  const codeOf = (forwarded: Forwarded | undefined) =>
    forwarded instanceof TextRefusal ? forwarded.facts.code : forwarded;

  it('lets so many texts wait, and refuses the next', () => {
    const forwarder = newForwarder(new HandClock());
    const answers: Forwarded[] = [];
    for (let text = 0; text < WAITING_MAX; text++) forwarder.forward(TEXT, {}, (each) => answers.push(each));
    assert.deepEqual([forwarder.waiting, answers.length], [WAITING_MAX, 0]);
    forwarder.forward(TEXT, {}, (each) => answers.push(each));
    assert.deepEqual(answers.map(codeOf), ['TEXT_QUEUE_FULL']);
    forwarder.close();
    assert.equal(answers.length, WAITING_MAX + 1, 'every text is answered at the end');
  });

  it('gives a text up after so long', async () => {
    const clock = new HandClock();
    const forwarder = newForwarder(clock);
    const answer = new Promise<Forwarded>((resolve) => forwarder.forward(TEXT, {}, resolve));
    clock.advance(WAIT_MS_MAX);
    assert.equal(codeOf(await answer), 'MESSAGE_CENTRE_UNREACHABLE');
    forwarder.close();
  });
});
