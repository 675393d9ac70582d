import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import type { HandClock } from '../../../base/clock.ts';
import { writeDeviceWatchdogAnswer } from '../../../wire/diameter/device-watchdog.ts';
import { COMMAND, DISCONNECT_CAUSE } from '../../../wire/diameter/dictionary.ts';
import { writeDisconnectPeerAnswer } from '../../../wire/diameter/disconnect-peer.ts';
import { readHeader } from '../../../wire/diameter/header.ts';
import { readMeIdentityCheckAnswer } from '../../../wire/diameter/me-identity-check-answer.ts';
import { DISCONNECT_WAIT_MS_MAX } from './peer-session.ts';
import { mme, written, cer, dwr, dpr, ecr, newSession, openSession } from '../../../../test/support/s13-session.ts';

mock.timers.enable({ apis: ['setTimeout'] });

describe('a stream', () => {
  const conversation = Buffer.concat([cer(), ecr(), dwr, ecr({ imei: '35209900176149' }), dpr]);
  const answersTo = (chunks: readonly Buffer[]) => {
    const { session, sent } = newSession();
    for (const chunk of chunks) session.receive(chunk);
    session.closed();
    return Buffer.concat(sent).toString('hex');
  };
  const whole = answersTo([conversation]);

  it('is answered the same wherever it is cut', () => {
    for (let place = 0; place <= conversation.length; place++) {
      const cut = [conversation.subarray(0, place), conversation.subarray(place)];
      assert.equal(answersTo(cut), whole, `cut at ${place}`);
    }
    const octets = Array.from(conversation, (_, at) => conversation.subarray(at, at + 1));
    assert.equal(answersTo(octets), whole);
  });

  it('breaks nothing, whatever octets are in it', () => {
    const change = fc.tuple(fc.nat(conversation.length - cer().length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), fc.nat(400), (changes, place) => {
        const bytes = Buffer.from(conversation);
        for (const [at, octet] of changes) bytes[cer().length + at] = octet;
        const { session } = newSession();
        for (const chunk of [bytes.subarray(0, place), bytes.subarray(place)]) session.receive(chunk);
        session.closed();
      }),
      { numRuns: 500 },
    );
  });
});

describe('a planned stop', () => {
  it('sends DPR, answers what still comes, and closes on DPA', () => {
    const { session, sent, ends } = openSession();
    session.disconnect(DISCONNECT_CAUSE.rebooting);
    const asked = readHeader(sent[0]!, 0);
    assert.deepEqual([asked.command, asked.flags], [COMMAND.disconnectPeer, 0x80]);
    session.receive(ecr());
    assert.equal(readMeIdentityCheckAnswer(sent[1]!, 0, sent[1]!.length).outcome, 1);
    session.receive(written((writer) => writeDisconnectPeerAnswer(writer, asked, mme)));
    assert.deepEqual(ends, ['open', 'end']);
  });

  it('waits for the DPA no longer than its limit', () => {
    const { session, ends } = openSession();
    session.disconnect(DISCONNECT_CAUSE.rebooting);
    mock.timers.tick(DISCONNECT_WAIT_MS_MAX);
    assert.deepEqual([session.state, ends], ['closed', ['open', 'reset']]);
  });

  it('closes a connection without CER at once', () => {
    const { session, ends } = newSession();
    session.disconnect(DISCONNECT_CAUSE.rebooting);
    assert.deepEqual([session.state, ends], ['closed', ['reset']]);
  });
});

describe('the watchdog of an open session', () => {
  const pass = (clock: HandClock, ms: number) => {
    clock.advance(ms);
    mock.timers.tick(ms);
  };

  it('asks after silence, and goes on when it is answered', () => {
    const { session, sent, clock } = openSession();
    for (let round = 1; round <= 3; round++) {
      pass(clock, 30_000);
      assert.equal(sent.length, round);
      const request = readHeader(sent[round - 1]!, 0);
      assert.deepEqual([request.command, request.flags], [COMMAND.deviceWatchdog, 0x80]);
      session.receive(written((writer) => writeDeviceWatchdogAnswer(writer, request, mme)));
    }
    assert.equal(session.state, 'open');
  });

  it('closes after one request and two more silences', () => {
    const { session, sent, clock, ends, events } = openSession();
    pass(clock, 30_000);
    pass(clock, 30_000);
    assert.equal(session.state, 'open');
    pass(clock, 30_000);
    assert.deepEqual([session.state, sent.length, ends], ['closed', 1, ['open', 'reset']]);
    assert.deepEqual(events.slice(-2), ['watchdogLost', 'peerClosed']);
  });

  it('is not put off by a message that never becomes whole', () => {
    const { session, clock } = openSession();
    for (const octet of ecr().subarray(0, 89)) {
      session.receive(Buffer.of(octet));
      pass(clock, 1_000);
    }
    assert.equal(session.state, 'open');
    pass(clock, 1_000);
    assert.equal(session.state, 'closed');
  });
});
