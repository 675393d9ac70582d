import assert from 'node:assert/strict';
import { AVP_FLAG, AVP_HEADER_SIZE, VENDOR_AVP_HEADER_SIZE } from './avp-cursor.ts';
import type { AvpDefinition } from './dictionary.ts';
import { HEADER_SIZE, type MessageHeader } from './header.ts';
import { padded } from './octets.ts';

/** Address families of IANA's registry that Host-IP-Address uses. */
const ADDRESS_FAMILY = { ipv4: 1, ipv6: 2 } as const;

/** An answer has what is given back of its request, and of our own no more than this. */
export const ANSWER_GROWTH_MAX = 2048;

/**
 * Writes messages one after the other into one buffer that it never grows: `room` says what is left, and a message that
 * does not fit is a mistake of the caller.
 */
export class MessageWriter {
  readonly bytes: Buffer;
  /** How many octets are written. The ME-Identity-Check-Answer is written past it directly. */
  size = 0;
  #messageStart = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.alloc(capacity);
  }

  get room(): number {
    return this.bytes.length - this.size;
  }

  get written(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  begin(header: MessageHeader): this {
    const at = this.#claim(HEADER_SIZE);
    this.#messageStart = at;
    this.bytes[at] = header.version;
    this.bytes[at + 4] = header.flags;
    this.bytes.writeUIntBE(header.command, at + 5, 3);
    this.bytes.writeUInt32BE(header.application, at + 8);
    this.bytes.writeUInt32BE(header.hopByHop, at + 12);
    this.bytes.writeUInt32BE(header.endToEnd, at + 16);
    return this;
  }

  /** Sets the message length. The message is whole then. */
  end(): void {
    this.bytes.writeUIntBE(this.size - this.#messageStart, this.#messageStart + 1, 3);
  }

  text(avp: AvpDefinition, value: string): this {
    return this.octets(avp, Buffer.from(value, 'utf8'));
  }

  number(avp: AvpDefinition, value: number): this {
    const at = this.#beginAvp(avp, 4);
    this.bytes.writeUInt32BE(value, at);
    return this;
  }

  octets(avp: AvpDefinition, value: Uint8Array): this {
    const at = this.#beginAvp(avp, value.length);
    this.bytes.set(value, at);
    return this;
  }

  /** An Address (RFC 6733 clause 4.3.1): family and octets. @param address IPv4 or IPv6, as a socket writes it */
  address(avp: AvpDefinition, address: string): this {
    const family = address.includes(':') ? ADDRESS_FAMILY.ipv6 : ADDRESS_FAMILY.ipv4;
    return this.octets(avp, Buffer.from([0, family, ...addressOctets(address)]));
  }

  /** A group of the AVPs that `write` writes. Its length counts their padding (clause 4.4). */
  group(avp: AvpDefinition, write: () => void): this {
    const at = this.#beginAvp(avp, 0);
    const headerSize = headerSizeOf(avp);
    write();
    this.bytes.writeUIntBE(this.size - at + headerSize, at - headerSize + 5, 3);
    return this;
  }

  /** Octets that are one or more AVPs already, as a request had them, with padding to the end. */
  raw(bytes: Uint8Array, start: number, end: number): this {
    const at = this.#claim(padded(end - start));
    this.bytes.fill(0, at, this.size);
    this.bytes.set(bytes.subarray(start, end), at);
    return this;
  }

  /** Writes header and padding, and returns where the data belongs. */
  #beginAvp(avp: AvpDefinition, dataSize: number): number {
    const headerSize = headerSizeOf(avp);
    const at = this.#claim(padded(headerSize + dataSize));
    this.bytes.fill(0, at, this.size);
    this.bytes.writeUInt32BE(avp.code, at);
    this.bytes[at + 4] = (avp.vendorId === 0 ? 0 : AVP_FLAG.vendor) | (avp.mandatory ? AVP_FLAG.mandatory : 0);
    this.bytes.writeUIntBE(headerSize + dataSize, at + 5, 3);
    if (avp.vendorId !== 0) this.bytes.writeUInt32BE(avp.vendorId, at + AVP_HEADER_SIZE);
    return at + headerSize;
  }

  #claim(size: number): number {
    assert(size <= this.room, 'the message does not fit its buffer');
    const at = this.size;
    this.size += size;
    return at;
  }
}

function headerSizeOf(avp: AvpDefinition): number {
  return avp.vendorId === 0 ? AVP_HEADER_SIZE : VENDOR_AVP_HEADER_SIZE;
}

/** The 4 or 16 octets of an address as a socket gives it. A zone such as `%eth0` is no part of it. */
function addressOctets(address: string): number[] {
  if (!address.includes(':')) return address.split('.').map(Number);
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = groupsOf(head);
  if (tail === undefined) return left;
  const right = groupsOf(tail);
  return [...left, ...Array.from({ length: 16 - left.length - right.length }, () => 0), ...right];
}

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
