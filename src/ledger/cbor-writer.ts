import assert from 'node:assert/strict';
import type { CborMap, CborValue } from './cbor.ts';

// RFC 8949 clause 3.1: the major type stands in the upper three bits of the first octet.
const UNSIGNED = 0;
const NEGATIVE = 1;
const OCTETS = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const FALSE = 0xf4;
const TRUE = 0xf5;
const HEAD_SIZE_MAX = 9;
const FIRST_SIZE = 512;
const TWO_TO_32 = 2 ** 32;

/**
 * Writes values in the core deterministic form (RFC 8949 clause 4.2.1). Every seal and every opening encodes two headers:
 * this does it several times as fast as an encoder for all of CBOR.
 */
export class CborWriter {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #size = 0;

  get octets(): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, this.#size);
  }

  write(value: CborValue): void {
    if (typeof value === 'string') this.#writeText(value);
    else if (typeof value === 'number') this.#writeNumber(value);
    else if (typeof value === 'boolean') this.#writeOctet(value ? TRUE : FALSE);
    else if (value instanceof Uint8Array) this.#writeOctets(value);
    else if (Array.isArray(value)) this.#writeArray(value);
    else this.#writeMap(value);
  }

  #writeMap(map: CborMap): void {
    const keys = Object.keys(map).sort(inOrder);
    this.#writeHead(MAP, keys.length);
    for (const key of keys) {
      this.#writeText(key);
      this.write(map[key]!);
    }
  }

  #writeArray(items: readonly CborValue[]): void {
    this.#writeHead(ARRAY, items.length);
    for (const item of items) this.write(item);
  }

  #writeText(text: string): void {
    const size = Buffer.byteLength(text);
    this.#writeHead(TEXT, size);
    this.#makeRoom(size);
    this.#buffer.write(text, this.#size, 'utf8');
    this.#size += size;
  }

  #writeOctets(octets: Uint8Array): void {
    this.#writeHead(OCTETS, octets.length);
    this.#makeRoom(octets.length);
    this.#buffer.set(octets, this.#size);
    this.#size += octets.length;
  }

  #writeNumber(number: number): void {
    assert(Number.isSafeInteger(number));
    if (number >= 0) this.#writeHead(UNSIGNED, number);
    else this.#writeHead(NEGATIVE, -1 - number);
  }

  #writeOctet(octet: number): void {
    this.#makeRoom(1);
    this.#buffer[this.#size++] = octet;
  }

  /** The first octet and its argument, in as few octets as it needs. */
  #writeHead(major: number, argument: number): void {
    this.#makeRoom(HEAD_SIZE_MAX);
    const first = major << 5;
    if (argument < 24) {
      this.#buffer[this.#size++] = first | argument;
    } else if (argument < 2 ** 8) {
      this.#buffer[this.#size++] = first | 24;
      this.#buffer[this.#size++] = argument;
    } else if (argument < 2 ** 16) {
      this.#buffer[this.#size++] = first | 25;
      this.#size = this.#buffer.writeUInt16BE(argument, this.#size);
    } else if (argument < TWO_TO_32) {
      this.#buffer[this.#size++] = first | 26;
      this.#size = this.#buffer.writeUInt32BE(argument, this.#size);
    } else {
      this.#buffer[this.#size++] = first | 27;
      this.#size = this.#buffer.writeUInt32BE(Math.floor(argument / TWO_TO_32), this.#size);
      this.#size = this.#buffer.writeUInt32BE(argument % TWO_TO_32, this.#size);
    }
  }

  #makeRoom(size: number): void {
    if (this.#size + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#size + size));
    larger.set(this.#buffer.subarray(0, this.#size));
    this.#buffer = larger;
  }
}

/** Keys ascend by their encoded octets, and an encoded text begins with its length. */
function inOrder(one: string, other: string): number {
  if (isAscii(one) && isAscii(other)) return one.length - other.length || (one < other ? -1 : 1);
  const [octets, otherOctets] = [Buffer.from(one), Buffer.from(other)];
  return octets.length - otherOctets.length || Buffer.compare(octets, otherOctets);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) >= 0x80) return false;
  }
  return true;
}
