import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../base/fault.ts';
import { COMMAND } from './command.ts';
import { HEADER_SIZE, readHeader } from './header.ts';
import type { PduFault } from './pdu-fault.ts';
import { EMPTY_SHORT_MESSAGE, readShortMessage, type ShortMessage, writeShortMessage } from './short-message.ts';
import { TLVS_MAX } from './tlv.ts';

const octet = fc.integer({ min: 0, max: 255 });
const text = (sizeMax: number) =>
  fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: sizeMax - 1,
  });
const octets = (sizeMax: number) => fc.uint8Array({ maxLength: sizeMax }).map((value) => Buffer.from(value));
const PLAIN = { noNullPrototype: true };
const address = fc.record({ ton: octet, npi: octet, digits: text(21) }, PLAIN);
const message: fc.Arbitrary<ShortMessage> = fc.record(
  {
    serviceType: text(6),
    source: address,
    destination: address,
    esmClass: octet,
    protocolId: octet,
    priorityFlag: octet,
    scheduleDeliveryTime: text(17),
    validityPeriod: text(17),
    registeredDelivery: octet,
    replaceIfPresent: octet,
    dataCoding: octet,
    defaultMessageId: octet,
    shortMessage: octets(254),
    tlvs: fc.array(fc.record({ tag: fc.integer({ min: 0, max: 0xffff }), value: octets(300) }, PLAIN), {
      maxLength: TLVS_MAX,
    }),
  },
  PLAIN,
);

function read(pdu: Buffer): ShortMessage | Fault<PduFault> {
  return readShortMessage(pdu, 0, pdu.length);
}

function codeOf(read: unknown): string {
  assert(read instanceof Fault);
  return (read as Fault).facts.code;
}

/** A PDU with that body, and a right length. */
function withBody(body: Buffer): Buffer {
  const pdu = Buffer.concat([Buffer.alloc(HEADER_SIZE), body]);
  pdu.writeUInt32BE(pdu.length);
  return pdu;
}

describe('submit_sm and deliver_sm', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 1, max: 0x7fff_ffff }), (written, sequence) => {
        const pdu = writeShortMessage(COMMAND.submitSm, sequence, written);
        assert.deepEqual(readHeader(pdu, 0), { command: COMMAND.submitSm, status: 0, sequence });
        assert.equal(pdu.readUInt32BE(0), pdu.length);
        assert.deepEqual(read(pdu), written);
      }),
    );
  });

  it('are read wherever they stand in memory, and keep nothing of it', () => {
    const pdu = writeShortMessage(COMMAND.submitSm, 1, { ...EMPTY_SHORT_MESSAGE, shortMessage: Buffer.from('text') });
    const around = Buffer.concat([Buffer.alloc(7, 0xff), pdu, Buffer.alloc(9, 0xff)]);
    const found = readShortMessage(around, 7, 7 + pdu.length);
    assert(!(found instanceof Fault));
    around.fill(0);
    assert.equal(found.shortMessage.toString(), 'text');
  });

  it('cut at any octet are a fault, or a whole message with fewer optional parameters', () => {
    const tlvs = [1, 2].map((tag) => ({ tag, value: Buffer.from('abc') }));
    const full = { ...EMPTY_SHORT_MESSAGE, shortMessage: Buffer.from('text'), tlvs };
    const pdu = writeShortMessage(COMMAND.submitSm, 1, full);
    const whole = [pdu.length - 14, pdu.length - 7];
    for (let size = HEADER_SIZE; size < pdu.length; size++) {
      const found = read(pdu.subarray(0, size));
      assert.equal(found instanceof Fault, !whole.includes(size), `cut at ${size}`);
    }
  });

  it('of any octets are a fault or a message, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (body) => {
        const found = read(withBody(Buffer.from(body)));
        assert(found instanceof Fault || typeof found.serviceType === 'string');
      }),
      { numRuns: 1_000 },
    );
  });

  const start = Buffer.alloc(1 + 3 + 3 + 3 + 2 + 4); // all fields up to sm_length, empty
  const HOSTILE: Readonly<Record<string, readonly [body: Buffer, code: PduFault['code']]>> = {
    'a service_type without its end': [Buffer.alloc(6, 0x41), 'SMPP_FIELD_UNTERMINATED'],
    'an address one longer than any': [
      Buffer.concat([Buffer.alloc(3), Buffer.alloc(21, 0x31), Buffer.alloc(40)]),
      'SMPP_FIELD_UNTERMINATED',
    ],
    'an sm_length above 254': [
      Buffer.concat([start, Buffer.of(255), Buffer.alloc(255)]),
      'SMPP_SHORT_MESSAGE_TOO_LONG',
    ],
    'an sm_length past the end': [Buffer.concat([start, Buffer.of(9), Buffer.alloc(8)]), 'SMPP_BODY_TRUNCATED'],
    'an optional parameter past the end': [
      Buffer.concat([start, Buffer.of(0, 0x14, 0, 0xff, 0xff)]),
      'SMPP_TLV_LENGTH',
    ],
    'octets after the last parameter': [Buffer.concat([start, Buffer.of(0, 1, 2, 3)]), 'SMPP_BODY_TRAILING'],
    'one optional parameter too many': [
      Buffer.concat([start, Buffer.alloc(1 + 4 * (TLVS_MAX + 1))]),
      'SMPP_TLVS_TOO_MANY',
    ],
    'nothing at all': [Buffer.alloc(0), 'SMPP_BODY_TRUNCATED'],
  };
  for (const [what, [body, code]] of Object.entries(HOSTILE)) {
    it(`with ${what} are refused`, () => assert.equal(codeOf(read(withBody(body))), code));
  }
});
