import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { writeDeviceWatchdogAnswer } from '../../../wire/diameter/device-watchdog.ts';
import { AVP, COMMAND } from '../../../wire/diameter/dictionary.ts';
import { readHeader } from '../../../wire/diameter/header.ts';
import { readMeIdentityCheckAnswer } from '../../../wire/diameter/me-identity-check-answer.ts';
import { PeerTable } from './peers.ts';
import { CAPABILITIES_WAIT_MS_MAX, CLOSE_WAIT_MS_MAX } from './peer-session.ts';
import {
  mme,
  written,
  cer,
  dwr,
  dpr,
  ecr,
  newSession,
  openSession,
  bare,
  withAvps,
} from '../../../../test/support/s13-session.ts';

describe('an accepted connection', () => {
  mock.timers.enable({ apis: ['setTimeout'] });

  for (const [why, first] of [
    ['an equipment check', ecr()],
    ['a watchdog', dwr],
    ['an answer to a CER', written((writer) => writeDeviceWatchdogAnswer(writer, readHeader(cer(), 0), mme))],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ] as const) {
    it(`is closed without a word when it begins with ${why}`, () => {
      const { session, sent, ends, asked } = newSession();
      session.receive(first);
      assert.deepEqual([session.state, sent.length, ends, asked.length], ['closed', 0, ['reset'], 0]);
    });
  }

  it('is closed when no CER comes in time', () => {
    const { session, ends } = newSession();
    mock.timers.tick(CAPABILITIES_WAIT_MS_MAX - 1);
    assert.equal(session.state, 'awaiting');
    mock.timers.tick(1);
    assert.deepEqual([session.state, ends], ['closed', ['reset']]);
  });

  it('is refused with 3010, the E bit and the end where the peer is unknown', () => {
    const { session, sent, results, ends, told } = newSession();
    session.receive(cer({ originHost: 'mme2.epc.test' }));
    assert.deepEqual(told, [{ peer: 'mme2.epc.test', resultCode: 3010, secure: false }]);
    assert.deepEqual([results(), sent[0]![4], ends, session.state], [[3010], 0x20, ['end'], 'leaving']);
    mock.timers.tick(CLOSE_WAIT_MS_MAX);
    assert.deepEqual([ends, session.state], [['end', 'reset'], 'closed']);
  });

  it('is refused with 3010 where the certificate speaks for another', () => {
    const { session, results } = newSession({ isSecure: true, isCertifiedAs: (name) => name === 'other' });
    session.receive(cer());
    assert.deepEqual(results(), [3010]);
  });

  it('is refused with 5005 and Failed-AVP where the CER lacks an AVP', () => {
    const { session, sent, results, ends } = newSession();
    session.receive(written((writer) => writer.begin(readHeader(cer(), 0)).text(AVP.originHost, 'mme.epc.test').end()));
    assert.deepEqual([results(), ends], [[5005], ['end']]);
    assert(sent[0]!.includes(Buffer.from('00000117400000100000012840000008', 'hex')));
  });

  it('answers nothing after a refusal', () => {
    const { session, results, asked } = newSession();
    session.receive(Buffer.concat([cer({ originHost: 'stranger' }), ecr(), dwr, cer()]));
    assert.deepEqual([results(), asked.length], [[3010], 0]);
  });

  it('is refused with 5012 above the limit of one peer, and taken again when another is gone', () => {
    const peers = new PeerTable([{ originHost: 'mme.epc.test' }]);
    const first = openSession({}, peers);
    openSession({}, peers);
    const third = newSession({}, peers);
    third.session.receive(cer());
    assert.deepEqual(third.results(), [5012]);
    first.session.closed();
    openSession({}, peers);
  });
});

describe('an open session', () => {
  it('answers each request in order, a watchdog between them', () => {
    const { session, sent } = openSession();
    session.receive(Buffer.concat([ecr(), dwr, ecr({ imei: '35209900176149' })]));
    const read = sent.map((message) => readMeIdentityCheckAnswer(message, 0, message.length));
    assert.deepEqual([read[0]!.outcome, read[1]!.resultCode, read[2]!.outcome], [1, 2001, 3]);
  });

  it('gives the checker the device, the subscriber and the caller', () => {
    const { session, asked } = openSession();
    const asks = [
      {},
      { imei: '352099001761481', userName: '001010123456789' },
      { imei: '3520990017614' }, // 13 digits
      { imei: '3520990017614a' },
      { imei: '' },
      { imei: '3520990017614823' },
      { userName: 'somebody@example' },
      { originHost: 'MME.EPC.TEST' },
      { originHost: 'mme9.other.test' },
    ];
    for (const ask of asks) session.receive(ecr(ask));
    const key = 35_209_900_176_148;
    assert.deepEqual(asked, [
      ['s13', key, '', 'MME.epc.test'],
      ['s13', key, '001010123456789', 'MME.epc.test'],
      ['s13', -1, '', 'MME.epc.test'],
      ['s13', -1, '', 'MME.epc.test'],
      ['s13', -1, '', 'MME.epc.test'],
      ['s13', key, '', 'MME.epc.test'],
      ['s13', key, '', 'MME.epc.test'],
      ['s13', key, '', 'MME.epc.test'],
      ['s13', key, '', 'mme9.other.test'],
    ]);
  });

  it('tells unknown equipment as the peer’s setting says', () => {
    for (const [unknown, outcome] of [
      ['unknown', 3],
      ['allowed', 0],
      ['tracked', 2],
      ['blocked', 1],
    ] as const) {
      const { session, sent } = openSession({}, new PeerTable([{ originHost: 'mme.epc.test', unknown }]));
      session.receive(ecr({ imei: '35209900176149' }));
      assert.equal(readMeIdentityCheckAnswer(sent[0]!, 0, sent[0]!.length).outcome, outcome);
    }
  });

  const refusals: readonly { why: string; bytes: Buffer; resultCode: number; flags: number }[] = [
    { why: 'another realm', bytes: ecr({ destinationRealm: 'other.test' }), resultCode: 3003, flags: 0x60 },
    { why: 'another host', bytes: ecr({ destinationHost: 'hss.epc.test' }), resultCode: 3002, flags: 0x60 },
    { why: 'a second CER', bytes: cer(), resultCode: 5012, flags: 0 },
    { why: 'a DWR without Origin-Host', bytes: bare(COMMAND.deviceWatchdog, 0x80), resultCode: 5005, flags: 0 },
    { why: 'a DPR without anything', bytes: bare(COMMAND.disconnectPeer, 0x80), resultCode: 5005, flags: 0 },
    { why: 'a command that is not served', bytes: bare(274, 0x80), resultCode: 3001, flags: 0x20 },
  ];
  for (const { why, bytes, resultCode, flags } of refusals) {
    it(`answers ${resultCode} to ${why}, and stays open`, () => {
      const { session, sent, results, asked } = openSession();
      session.receive(bytes);
      assert.deepEqual([results(), sent[0]![4], asked.length, session.state], [[resultCode], flags, 0, 'open']);
    });
  }

  it('takes its own name in Destination-Host and Destination-Realm without case', () => {
    const { session, results } = openSession();
    session.receive(ecr({ destinationHost: 'EIR.epc.test', destinationRealm: 'EPC.test' }));
    assert.deepEqual(results(), [2001]);
  });

  it('answers 3005 where its own name is in a Route-Record, and 3002 to a host without a realm', () => {
    const { session, results } = openSession();
    session.receive(
      withAvps((writer) => writer.text(AVP.destinationRealm, 'epc.test').text(AVP.routeRecord, 'eir.EPC.test')),
    );
    session.receive(withAvps((writer) => writer.text(AVP.destinationHost, 'eir.epc.test')));
    assert.deepEqual(results(), [3005, 3002]);
  });

  it('answers 5011 to another version, and closes', () => {
    const { session, results, ends } = openSession();
    const bytes = Buffer.from(dwr);
    bytes[0] = 2;
    session.receive(Buffer.concat([bytes, dwr]));
    assert.deepEqual([results(), ends], [[5011], ['open', 'end']]);
  });

  it('never answers an answer', () => {
    const { session, sent } = openSession();
    for (const request of [ecr(), dwr, dpr, cer()]) {
      const answer = Buffer.from(request);
      answer[4]! &= 0x7f;
      session.receive(answer);
    }
    assert.deepEqual([sent.length, session.state], [0, 'open']);
  });

  it('answers 3004 above the limit of a second, and as before in the next', () => {
    const { session, clock, results, events, asked } = openSession({ requestsPerSecondMax: 2 });
    session.receive(Buffer.concat([ecr(), ecr(), ecr()]));
    assert.deepEqual([results(), asked.length, events.at(-1)], [[2001, 2001, 3004], 2, 'busyAnswered']);
    clock.advance(1_000);
    session.receive(ecr());
    assert.equal(results().at(-1), 2001);
  });

  it('tells its log of each kind of refusal once, however often it comes', () => {
    const { session, results, told } = openSession();
    const elsewhere = ecr({ destinationRealm: 'elsewhere' });
    session.receive(Buffer.concat([elsewhere, elsewhere, ecr({ originHost: 'h'.repeat(256) }), elsewhere]));
    assert.deepEqual(results(), [3003, 3003, 5004, 3003]);
    assert.deepEqual(
      told.map(({ resultCode }) => resultCode),
      [3003, 5004],
    );
  });

  it('is reset where the stream loses its place, after the answers to what came before', () => {
    const { session, results, ends, events } = openSession();
    session.receive(Buffer.concat([ecr(), Buffer.from('0100001380000118', 'hex')]));
    assert.deepEqual([results(), ends, session.state], [[2001], ['open', 'reset'], 'closed']);
    assert(events.includes('streamBroken'));
  });

  it('answers a DPR, then nothing more, and waits for the peer to close', () => {
    const { session, results, ends } = openSession();
    session.receive(Buffer.concat([dpr, ecr()]));
    assert.deepEqual([results(), session.state, ends], [[2001], 'leaving', ['open']]);
    mock.timers.tick(CLOSE_WAIT_MS_MAX);
    assert.deepEqual(ends, ['open', 'reset']);
  });
});
