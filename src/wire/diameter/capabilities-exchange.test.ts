import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../base/fault.ts';
import {
  readCapabilitiesExchangeAnswer,
  readCapabilitiesExchangeRequest,
  writeCapabilitiesExchangeAnswer,
  writeCapabilitiesExchangeRequest,
} from './capabilities-exchange.ts';
import { APPLICATION, AVP, type AvpDefinition } from './dictionary.ts';
import { type MessageHeader, readHeader } from './header.ts';
import { MessageWriter } from './message-writer.ts';

const capabilities = {
  originHost: 'mme.epc.test',
  originRealm: 'epc.test',
  hostIpAddress: '127.0.0.1',
  productName: 'test',
};
const header: MessageHeader = { version: 1, flags: 0x80, command: 257, application: 0, hopByHop: 1, endToEnd: 1 };

/** A CER of these AVPs, in this order. */
function request(...avps: readonly ((writer: MessageWriter) => void)[]): Buffer {
  const writer = new MessageWriter(4_096).begin(header);
  for (const write of avps) write(writer);
  writer.end();
  return writer.written;
}

const text = (avp: AvpDefinition, value: string) => (writer: MessageWriter) => void writer.text(avp, value);
const number = (avp: AvpDefinition, value: number) => (writer: MessageWriter) => void writer.number(avp, value);
const address = (writer: MessageWriter) => void writer.address(AVP.hostIpAddress, '10.0.0.1');
const least = [
  text(AVP.originHost, 'a'),
  text(AVP.originRealm, 'b'),
  address,
  number(AVP.vendorId, 0),
  text(AVP.productName, 'c'),
];

function faultOf(bytes: Buffer): string | undefined {
  const read = readCapabilitiesExchangeRequest(bytes, 0, bytes.length);
  return read instanceof Fault ? read.facts.code : undefined;
}

describe('Capabilities-Exchange', () => {
  it('reads back what it writes', () => {
    const name = fc.stringMatching(/^[a-z0-9.-]{1,60}$/);
    fc.assert(
      fc.property(name, name, fc.ipV6(), fc.nat(), (originHost, originRealm, hostIpAddress, originStateId) => {
        const writer = new MessageWriter(4_096);
        const ours = { ...capabilities, originHost, originRealm, hostIpAddress, originStateId };
        writeCapabilitiesExchangeRequest(writer, { hopByHop: 3, endToEnd: 4 }, ours);
        const read = readCapabilitiesExchangeRequest(writer.written, 0, writer.size);
        assert.deepEqual(read, { originHost, originRealm, applications: [APPLICATION.s13], inbandSecurity: [] });
      }),
    );
  });

  it('answers with the identifiers of the request and without its R bit', () => {
    const writer = new MessageWriter(4_096);
    const received = { header, bytes: request(...least), start: 0, end: 0 };
    writeCapabilitiesExchangeAnswer(writer, received, 2001, capabilities);
    assert.deepEqual(readHeader(writer.written, 0), { ...header, flags: 0 });
    const read = readCapabilitiesExchangeAnswer(writer.written, 0, writer.size);
    assert(!(read instanceof Fault));
    assert.deepEqual([read.resultCode, read.applications], [2001, [APPLICATION.s13]]);
  });

  it('gathers applications from Auth-, Acct- and Vendor-Specific-Application-Id (clause 5.3)', () => {
    const specific = (writer: MessageWriter) =>
      void writer.group(AVP.vendorSpecificApplicationId, () =>
        writer.number(AVP.vendorId, 1).number(AVP.acctApplicationId, 3),
      );
    const bytes = request(...least, number(AVP.authApplicationId, 1), number(AVP.acctApplicationId, 2), specific);
    const read = readCapabilitiesExchangeRequest(bytes, 0, bytes.length);
    assert(!(read instanceof Fault));
    assert.deepEqual(read.applications, [1, 2, 3]);
  });

  it('names the first AVP that is missing', () => {
    for (let left = 0; left < least.length; left++) {
      assert.equal(faultOf(request(...least.filter((_, place) => place !== left))), 'DIAMETER_AVP_MISSING');
    }
    assert.equal(faultOf(request(...least)), undefined);
  });

  it('refuses one too many, a wrong size, a group that is broken, an unknown AVP with the M bit', () => {
    const unknown = { name: '', code: 9_999, vendorId: 99_999, type: 'OctetString', mandatory: true } as const;
    const short = (writer: MessageWriter) => void writer.octets(AVP.authApplicationId, Buffer.from([1, 2, 3]));
    const broken = (writer: MessageWriter) =>
      void writer.octets(AVP.vendorSpecificApplicationId, Buffer.from('0000010a400000ff000028af', 'hex'));
    assert.equal(faultOf(request(...least, text(AVP.originHost, 'a'))), 'DIAMETER_AVP_TOO_MANY');
    assert.equal(faultOf(request(...least, short)), 'DIAMETER_AVP_LENGTH');
    assert.equal(faultOf(request(...least, broken)), 'DIAMETER_AVP_LENGTH');
    assert.equal(faultOf(request(...least, text(unknown, 'x'))), 'DIAMETER_AVP_UNSUPPORTED');
    assert.equal(faultOf(request(...least, text({ ...unknown, mandatory: false }, 'x'))), undefined);
  });
});
