import { HEADER_SIZE, type PduHeader } from './header.ts';
import { TLV_HEADER_SIZE, type Tlv } from './tlv.ts';

/** Room for most PDUs; a longer one grows. */
const SIZE_EXPECTED = 256;

/** Writes one PDU, parameter by parameter in the standard's order. */
export class PduWriter {
  #bytes = Buffer.allocUnsafe(SIZE_EXPECTED);
  #size = HEADER_SIZE;

  constructor({ command, status, sequence }: PduHeader) {
    this.#bytes.writeUInt32BE(command, 4);
    this.#bytes.writeUInt32BE(status, 8);
    this.#bytes.writeUInt32BE(sequence, 12);
  }

  octet(value: number): this {
    this.#room(1);
    this.#bytes[this.#size] = value;
    this.#size += 1;
    return this;
  }

  /** A C-Octet String: Latin letters, then NUL. */
  text(text: string): this {
    this.#room(text.length + 1);
    this.#size += this.#bytes.write(text, this.#size, 'latin1');
    this.#bytes[this.#size] = 0;
    this.#size += 1;
    return this;
  }

  octets(octets: Uint8Array): this {
    this.#room(octets.length);
    this.#bytes.set(octets, this.#size);
    this.#size += octets.length;
    return this;
  }

  tlvs(tlvs: readonly Tlv[]): this {
    for (const { tag, value } of tlvs) {
      this.#room(TLV_HEADER_SIZE);
      this.#bytes.writeUInt16BE(tag, this.#size);
      this.#bytes.writeUInt16BE(value.length, this.#size + 2);
      this.#size += TLV_HEADER_SIZE;
      this.octets(value);
    }
    return this;
  }

  /** The PDU, whole. */
  finish(): Buffer {
    this.#bytes.writeUInt32BE(this.#size, 0);
    return this.#bytes.subarray(0, this.#size);
  }

  #room(size: number): void {
    if (this.#size + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe((this.#size + size) * 2);
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}
