import { Fault } from '../../base/fault.ts';
import { HEADER_SIZE } from './header.ts';
import type { PduError, PduFault } from './pdu-fault.ts';
import { TLV_HEADER_SIZE, type Tlv, TLVS_MAX } from './tlv.ts';

/**
 * A cursor over the parameters of one whole PDU, in the standard's order. After the first fault every field reads as
 * empty, so a reader asks for all fields and then looks at `fault` once. It never reads past the PDU.
 */
export class PduReader {
  fault: PduError | undefined;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#at = start + HEADER_SIZE;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  octet(): number {
    if (this.#at >= this.#end) return this.#fail({ code: 'SMPP_BODY_TRUNCATED', at: this.#place }, 0);
    const value = this.#bytes[this.#at]!;
    this.#at += 1;
    return value;
  }

  /** A C-Octet String of at most `sizeMax` octets, its NUL included (clause 3.1). */
  text(sizeMax: number): string {
    if (this.fault !== undefined) return '';
    const limit = Math.min(this.#at + sizeMax, this.#end);
    for (let at = this.#at; at < limit; at++) {
      if (this.#bytes[at] !== 0) continue;
      const text = this.#bytes.toString('latin1', this.#at, at);
      this.#at = at + 1;
      return text;
    }
    const isCut = this.#at + sizeMax > this.#end;
    return this.#fail(
      isCut
        ? { code: 'SMPP_BODY_TRUNCATED', at: this.#place }
        : { code: 'SMPP_FIELD_UNTERMINATED', at: this.#place, sizeMax },
      '',
    );
  }

  /** So many octets, in memory of their own. */
  octets(size: number): Buffer {
    if (this.fault !== undefined) return EMPTY;
    if (this.#end - this.#at < size) return this.#fail({ code: 'SMPP_BODY_TRUNCATED', at: this.#place }, EMPTY);
    const octets = Buffer.from(this.#bytes.subarray(this.#at, this.#at + size));
    this.#at += size;
    return octets;
  }

  /** The optional parameters, to the PDU's end (clause 3.2.4.1). */
  tlvs(): Tlv[] {
    const tlvs: Tlv[] = [];
    while (this.fault === undefined && this.#at < this.#end) {
      if (tlvs.length === TLVS_MAX)
        return this.#fail({ code: 'SMPP_TLVS_TOO_MANY', at: this.#place, tlvsMax: TLVS_MAX }, []);
      if (this.#end - this.#at < TLV_HEADER_SIZE)
        return this.#fail({ code: 'SMPP_BODY_TRAILING', at: this.#place }, []);
      const tag = this.#bytes.readUInt16BE(this.#at);
      const size = this.#bytes.readUInt16BE(this.#at + 2);
      if (this.#end - this.#at - TLV_HEADER_SIZE < size)
        return this.#fail({ code: 'SMPP_TLV_LENGTH', at: this.#place, tag }, []);
      this.#at += TLV_HEADER_SIZE;
      tlvs.push({ tag, value: this.octets(size) });
    }
    return tlvs;
  }

  /** Notes a fault of the caller's own finding. */
  refuse(fault: (at: number) => PduFault): void {
    this.#fail(fault(this.#place), undefined);
  }

  get #place(): number {
    return this.#at - this.#start;
  }

  #fail<T>(facts: PduFault, value: T): T {
    this.fault ??= new Fault(facts);
    this.#at = this.#end;
    return value;
  }
}

const EMPTY = Buffer.alloc(0);
