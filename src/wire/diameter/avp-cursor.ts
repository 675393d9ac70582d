import { Fault } from '../../base/fault.ts';
import { isKnownAvp } from './dictionary.ts';
import type { MessageError, MessageFault } from './message-fault.ts';
import { padded, readUint24, readUint32 } from './octets.ts';

/*
 * RFC 6733 clause 4.1
 *
 *  OFFSET  SIZE  MEANING
 *       0     4  code
 *       4     1  flags: V vendor-specific, M mandatory, P; the rest reserved
 *       5     3  length of header and data; padding to four octets follows and is not counted
 *       8     4  Vendor-Id, where V is set
 *    8/12        data
 */
export const AVP_HEADER_SIZE = 8;
export const VENDOR_AVP_HEADER_SIZE = 12;
export const AVP_FLAG = { vendor: 0x80, mandatory: 0x40, protected: 0x20 } as const;
const RESERVED_FLAGS = 0x1f;

/**
 * Steps through the AVPs between two offsets, of a message or of a group. It believes no length: whatever the octets
 * say, each step goes forward and none goes past the end. One cursor serves for many messages.
 */
export class AvpCursor {
  /** The AVP at hand: where it begins, what it is, its data without padding, and where the next one begins. */
  at = 0;
  code = 0;
  flags = 0;
  vendorId = 0;
  dataStart = 0;
  dataEnd = 0;
  next = 0;
  /** Set where the walk ended early, at `at`. */
  malformed: 'DIAMETER_AVP_LENGTH' | 'DIAMETER_AVP_BITS' | undefined;
  #bytes: Uint8Array = EMPTY;
  #end = 0;

  reset(bytes: Uint8Array, start: number, end: number): this {
    this.#bytes = bytes;
    this.next = start;
    this.#end = end;
    this.malformed = undefined;
    return this;
  }

  /** Goes on to the next AVP. False at the end, and where `malformed` says why nothing past `at` can be read. */
  step(): boolean {
    const bytes = this.#bytes;
    const at = this.next;
    const rest = this.#end - at;
    this.at = at;
    if (rest <= 0) return false;
    if (rest < AVP_HEADER_SIZE) return this.#stop('DIAMETER_AVP_LENGTH');
    this.code = readUint32(bytes, at);
    const flags = bytes[at + 4]!;
    const size = readUint24(bytes, at + 5);
    const headerSize = (flags & AVP_FLAG.vendor) === 0 ? AVP_HEADER_SIZE : VENDOR_AVP_HEADER_SIZE;
    this.flags = flags;
    this.vendorId = headerSize === AVP_HEADER_SIZE || rest < headerSize ? 0 : readUint32(bytes, at + AVP_HEADER_SIZE);
    if (size < headerSize || size > rest) return this.#stop('DIAMETER_AVP_LENGTH');
    // An unrecognized bit is an error (clause 4.1), and Vendor-Id 0 must not be sent: 0 stands for the IETF's own.
    if ((flags & RESERVED_FLAGS) !== 0) return this.#stop('DIAMETER_AVP_BITS');
    if (headerSize === VENDOR_AVP_HEADER_SIZE && this.vendorId === 0) return this.#stop('DIAMETER_AVP_BITS');
    this.dataStart = at + headerSize;
    this.dataEnd = at + size;
    // Some stacks leave out the padding of the last AVP in a group.
    this.next = Math.min(at + padded(size), this.#end);
    return true;
  }

  /** True for an AVP that must be understood and is not: 5001. */
  get isUnsupported(): boolean {
    return (this.flags & AVP_FLAG.mandatory) !== 0 && !isKnownAvp(this.code, this.vendorId);
  }

  /** A fault about the AVP at hand, its place counted from `messageStart`. */
  fault(code: Exclude<MessageFault['code'], 'DIAMETER_AVP_MISSING'>, messageStart: number): MessageError {
    return new Fault({ code, at: this.at - messageStart, avpCode: this.code, vendorId: this.vendorId });
  }

  #stop(why: 'DIAMETER_AVP_LENGTH' | 'DIAMETER_AVP_BITS'): false {
    this.malformed = why;
    return false;
  }
}

const EMPTY = new Uint8Array(0);
