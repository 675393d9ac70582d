import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AVP, type AvpDefinition } from './dictionary.ts';
import { writeErrorAnswer } from './error-answer.ts';
import { MESSAGE_FLAG, readHeader } from './header.ts';
import { EQUIPMENT_OUTCOME, MeIdentityCheckAnswers, readMeIdentityCheckAnswer } from './me-identity-check-answer.ts';
import { MeIdentityCheckRequest, writeMeIdentityCheckRequest } from './me-identity-check-request.ts';
import { MessageWriter } from './message-writer.ts';
import { AvpCursor } from './avp-cursor.ts';

const identifiers = { hopByHop: 0x1122_3344, endToEnd: 0xffee_ddcc };
const check = {
  sessionId: 'mme;1;1',
  originHost: 'mme.epc.test',
  originRealm: 'epc.test',
  destinationRealm: 'epc.test',
  imei: '35209900176148',
  softwareVersion: '23',
  userName: '001010123456789',
};
const origin = { originHost: 'eir.epc.test', originRealm: 'epc.test' };
const answers = new MeIdentityCheckAnswers(origin);
const header = { version: 1, flags: 0xc0, command: 324, application: 16_777_252, hopByHop: 1, endToEnd: 2 };

function written(value = check): Buffer {
  const writer = new MessageWriter(4_096);
  writeMeIdentityCheckRequest(writer, identifiers, value);
  return Buffer.from(writer.written);
}

const least: readonly [AvpDefinition, number | string][] = [
  [AVP.sessionId, 's'],
  [AVP.authSessionState, 1],
  [AVP.originHost, 'a'],
  [AVP.originRealm, 'b'],
  [AVP.destinationRealm, 'c'],
];

/** A request of the least AVPs with some left out, and others besides. */
function request(options: {
  without?: AvpDefinition;
  terminal?: string;
  more?: (writer: MessageWriter) => void;
}): Buffer {
  const writer = new MessageWriter(4_096).begin(header);
  for (const [avp, value] of least) {
    if (avp === options.without) continue;
    if (typeof value === 'number') writer.number(avp, value);
    else writer.text(avp, value);
  }
  if (options.without !== AVP.terminalInformation) {
    writer.octets(AVP.terminalInformation, Buffer.from(options.terminal ?? '', 'hex'));
  }
  options.more?.(writer);
  writer.end();
  return Buffer.from(writer.written);
}

function faultOf(bytes: Buffer) {
  return new MeIdentityCheckRequest({ ownHost: 'eir.epc.test' }).read(bytes, 0, bytes.length)?.facts;
}

describe('ME-Identity-Check-Request', () => {
  it('reads back what it writes, wherever it lies', () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 });
    const digits = fc.stringMatching(/^[0-9]{14,15}$/);
    const checks = fc.record({
      sessionId: text,
      originHost: text,
      originRealm: text,
      destinationRealm: text,
      imei: digits,
      softwareVersion: fc.stringMatching(/^[0-9]{2}$/),
      userName: digits,
    });
    const read = new MeIdentityCheckRequest({ ownHost: 'eir.epc.test' });
    fc.assert(
      fc.property(checks, fc.nat(9), (value, start) => {
        const bytes = Buffer.concat([Buffer.alloc(start, 0xff), written(value), Buffer.alloc(3, 0xff)]);
        assert.equal(read.read(bytes, start, bytes.length - 3), undefined);
        assert.equal(bytes.toString('utf8', read.imeiStart, read.imeiEnd), value.imei);
        assert.equal(bytes.toString('utf8', read.softwareVersionStart, read.softwareVersionEnd), value.softwareVersion);
        assert.equal(bytes.toString('utf8', read.userNameStart, read.userNameEnd), value.userName);
        assert.equal(bytes.toString('utf8', read.originHostStart, read.originHostEnd), value.originHost);
        assert.equal(
          bytes.toString('utf8', read.destinationRealmStart, read.destinationRealmEnd),
          value.destinationRealm,
        );
        assert.equal(read.hasProxyInfo || read.isLooped, false);
      }),
    );
  });

  it('never throws and never points outside, whatever octets are changed', () => {
    const read = new MeIdentityCheckRequest({ ownHost: 'eir.epc.test' });
    const changes = fc.array(fc.tuple(fc.integer({ min: 20, max: 215 }), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, (changed) => {
        const bytes = written();
        for (const [at, octet] of changed) bytes[at % bytes.length] = octet;
        const fault = read.read(bytes, 0, bytes.length);
        if (fault !== undefined) {
          const writer = new MessageWriter(8_192);
          writeErrorAnswer(writer, { header: readHeader(bytes, 0), bytes, start: 0, end: bytes.length }, fault, origin);
          assert.equal(writer.written.readUIntBE(1, 3), writer.size);
          return;
        }
        for (const end of [read.imeiEnd, read.userNameEnd, read.originHostEnd, read.sessionIdNext]) {
          assert(end <= bytes.length);
        }
        answers.write(new MessageWriter(8_192), read, EQUIPMENT_OUTCOME.whitelisted);
      }),
      { numRuns: 2_000 },
    );
  });

  it('forgets what an earlier message had', () => {
    const read = new MeIdentityCheckRequest({ ownHost: 'a' });
    const full = written();
    const bare = request({ terminal: '' });
    assert.equal(read.read(full, 0, full.length), undefined);
    assert.equal(read.read(bare, 0, bare.length), undefined);
    assert.deepEqual(
      [read.imeiStart, read.userNameStart, read.softwareVersionStart, read.destinationHostStart],
      [0, 0, 0, 0],
    );
  });

  it('names the first AVP that is missing', () => {
    for (const [avp] of [...least, [AVP.terminalInformation] as const]) {
      const { code: avpCode, vendorId } = avp;
      assert.deepEqual(faultOf(request({ without: avp })), { code: 'DIAMETER_AVP_MISSING', avpCode, vendorId });
    }
    assert.equal(faultOf(request({})), undefined);
  });

  it('refuses each AVP that may stand once and stands twice', () => {
    for (const avp of [AVP.sessionId, AVP.originHost, AVP.originRealm, AVP.destinationRealm, AVP.terminalInformation]) {
      const fault = faultOf(request({ more: (writer) => writer.octets(avp, new Uint8Array(0)) }));
      assert.deepEqual([fault?.code, fault?.avpCode], ['DIAMETER_AVP_TOO_MANY', avp.code]);
    }
    for (const avp of [AVP.userName, AVP.destinationHost]) {
      const fault = faultOf(request({ more: (writer) => writer.text(avp, '1').text(avp, '1') }));
      assert.deepEqual([fault?.code, fault?.avpCode], ['DIAMETER_AVP_TOO_MANY', avp.code]);
    }
    const imei = '0000057ac000000d000028af31000000';
    assert.equal(faultOf(request({ terminal: imei + imei }))?.code, 'DIAMETER_AVP_TOO_MANY');
  });

  it('takes many Proxy-Infos and Route-Records, and sees its own name among them without case', () => {
    const read = new MeIdentityCheckRequest({ ownHost: 'EIR.epc.test' });
    const records = (name: string) =>
      request({
        more: (writer) =>
          writer.text(AVP.routeRecord, 'x').text(AVP.routeRecord, name).octets(AVP.proxyInfo, new Uint8Array(0)),
      });
    const others = records('dra.epc.test');
    assert.equal(read.read(others, 0, others.length), undefined);
    assert.deepEqual([read.isLooped, read.hasProxyInfo], [false, true]);
    const own = records('eir.EPC.test');
    assert.equal(read.read(own, 0, own.length), undefined);
    assert.equal(read.isLooped, true);
  });

  it('refuses a session state that is no session state, and takes both that are', () => {
    const state = (value: number) => {
      const bytes = request({});
      bytes.writeUInt32BE(value, bytes.indexOf(Buffer.from('000001154000000c', 'hex')) + 8);
      return faultOf(bytes)?.code;
    };
    assert.deepEqual(
      [state(0), state(1), state(2), state(0xffff_ffff)],
      [undefined, undefined, 'DIAMETER_AVP_VALUE', 'DIAMETER_AVP_VALUE'],
    );
  });

  it('says where in the message the offending inner AVP begins', () => {
    const bytes = request({ terminal: '0000057ac000007f000028af31000000' });
    const fault = faultOf(bytes);
    assert(fault?.code === 'DIAMETER_AVP_LENGTH');
    assert.equal(bytes.readUInt32BE(fault.at), 1402);
  });

  it('says so of the outer AVP where a second group is the offence', () => {
    const inner = '0000057ac000000d000028af31000000';
    const bytes = request({
      terminal: inner,
      more: (writer) => writer.octets(AVP.terminalInformation, new Uint8Array(0)),
    });
    const fault = faultOf(bytes);
    assert(fault?.code === 'DIAMETER_AVP_TOO_MANY');
    assert.deepEqual([bytes.readUInt32BE(fault.at), fault.at > 100], [1401, true]);
  });
});

describe('ME-Identity-Check-Answer', () => {
  it('reads back each outcome that it writes', () => {
    const read = new MeIdentityCheckRequest({ ownHost: 'eir.epc.test' });
    const bytes = written();
    assert.equal(read.read(bytes, 0, bytes.length), undefined);
    for (const outcome of Object.values(EQUIPMENT_OUTCOME)) {
      const writer = new MessageWriter(4_096);
      answers.write(writer, read, outcome);
      assert.equal(writer.written.readUIntBE(1, 3), writer.size);
      assert.equal(readMeIdentityCheckAnswer(writer.written, 0, writer.size).outcome, outcome);
      assert.deepEqual(readHeader(writer.written, 0), { ...header, ...identifiers, flags: MESSAGE_FLAG.proxiable });
    }
  });

  it('bears the E bit and no status where it says TOO_BUSY', () => {
    const read = new MeIdentityCheckRequest({ ownHost: 'eir.epc.test' });
    const bytes = written();
    assert.equal(read.read(bytes, 0, bytes.length), undefined);
    const writer = new MessageWriter(4_096);
    answers.writeTooBusy(writer, read);
    const { resultCode, outcome } = readMeIdentityCheckAnswer(writer.written, 0, writer.size);
    assert.deepEqual([readHeader(writer.written, 0).flags, resultCode, outcome], [0x60, 3004, undefined]);
  });
});

describe('error answers', () => {
  const codes = (bytes: Buffer) => {
    const cursor = new AvpCursor().reset(bytes, 20, bytes.length);
    const seen: number[] = [];
    while (cursor.step()) seen.push(cursor.code);
    assert.equal(cursor.malformed, undefined);
    return seen;
  };
  const answerTo = (bytes: Buffer): Buffer => {
    const fault = new MeIdentityCheckRequest({ ownHost: 'x' }).read(bytes, 0, bytes.length);
    assert(fault !== undefined);
    const writer = new MessageWriter(8_192);
    writeErrorAnswer(writer, { header: readHeader(bytes, 0), bytes, start: 0, end: bytes.length }, fault, origin);
    return writer.written;
  };

  it('puts the first AVP over the limit into Failed-AVP, and keeps Session-Id and every Proxy-Info', () => {
    const proxy = (writer: MessageWriter) =>
      writer.octets(AVP.proxyInfo, Buffer.from('0000011840000009610000000000002140000008', 'hex'));
    const answer = answerTo(request({ more: (writer) => proxy(proxy(writer).text(AVP.originHost, 'second')) }));
    assert.deepEqual(codes(answer), [263, 260, 268, 277, 264, 296, 279, 284, 284]);
    assert(answer.includes(Buffer.from('second')));
  });

  it('leaves the lie about its length out of Failed-AVP', () => {
    const answer = answerTo(request({ terminal: '0000057ac000007f000028af31000000' }));
    assert(answer.includes(Buffer.from('00000117400000140000057ac000000c000028af', 'hex')));
  });

  it('makes an example for the AVP that is missing', () => {
    const answer = answerTo(request({ without: AVP.authSessionState }));
    assert(answer.includes(Buffer.from('0000011740000014000001154000000c00000000', 'hex')));
  });

  it('has the E bit and the generic form for 3009', () => {
    const answer = answerTo(request({ terminal: '0000057a c1000010 000028af 31000000'.replaceAll(' ', '') }));
    assert.deepEqual([answer[4], codes(answer)], [0x60, [263, 264, 296, 268, 279]]);
  });
});
