import { ESM_CLASS_UDH, SHORT_MESSAGE_SIZE_MAX, type ShortMessage } from './short-message.ts';
import { findTlv, TLV_TAG, type Tlv } from './tlv.ts';

/** data_coding (clause 5.2.19): how the octets of a text are to be read. */
export const DATA_CODING = { default: 0, ascii: 1, latin1: 3, ucs2: 8, koreanKsc5601: 14 } as const;

// Letters only: the default alphabet differs from ASCII in signs, which matter to no comparison.
const LATIN = new Set<number>([DATA_CODING.default, DATA_CODING.ascii, DATA_CODING.latin1]);
const KOREAN = new TextDecoder('euc-kr');
const UCS2 = new TextDecoder('utf-16be');

/*
 * Handsets know the coding groups of 3GPP TS 23.038 clause 4, and message centres hand them on as they come:
 *   0001, 0010, 0011      bit 5 set: compressed; bits 3 and 2: 00 the default alphabet, 01 binary, 10 UCS2
 *   1100, 1101, 1110      a message waits: the default alphabet twice, then UCS2
 *   1111                  bit 2: 0 the default alphabet, 1 binary
 * The group 0000 is SMPP's own (clause 5.2.19).
 */
const GROUP = { own: 0x0, generalLast: 0x3, waiting: 0xc, waitingStored: 0xd, waitingUcs2: 0xe, class: 0xf } as const;
const COMPRESSED = 0x20;

/** The coding of SMPP that reads what a coding of handsets says. */
function plainCoding(dataCoding: number): number | undefined {
  const group = dataCoding >> 4;
  const alphabet = (dataCoding & 0x0c) >> 2;
  if (group === GROUP.own) return dataCoding;
  if (group <= GROUP.generalLast) return (dataCoding & COMPRESSED) === 0 ? ALPHABETS[alphabet] : undefined;
  if (group === GROUP.waiting || group === GROUP.waitingStored) return DATA_CODING.default;
  if (group === GROUP.waitingUcs2) return DATA_CODING.ucs2;
  return group === GROUP.class ? ALPHABETS[alphabet & 1] : undefined;
}
const ALPHABETS: readonly (number | undefined)[] = [DATA_CODING.default, undefined, DATA_CODING.ucs2, undefined];

/** What a message says, or undefined where its octets are no text that we can read (binary, another coding). */
export function textOf(message: ShortMessage): string | undefined {
  const dataCoding = plainCoding(message.dataCoding);
  if (dataCoding === undefined) return undefined;
  const octets = textOctets(message);
  if (LATIN.has(dataCoding)) return octets.toString('latin1');
  if (dataCoding === DATA_CODING.ucs2) return UCS2.decode(octets);
  if (dataCoding === DATA_CODING.koreanKsc5601) return KOREAN.decode(octets);
  return undefined;
}

/** A text as a submit_sm carries it: in short_message, or in message_payload where it is longer. */
export function textFields(text: string): Pick<ShortMessage, 'dataCoding' | 'shortMessage' | 'tlvs'> {
  // eslint-disable-next-line no-control-regex
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  const octets = isAscii ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf16le').swap16();
  const dataCoding = isAscii ? DATA_CODING.default : DATA_CODING.ucs2;
  if (octets.length <= SHORT_MESSAGE_SIZE_MAX) return { dataCoding, shortMessage: octets, tlvs: [] };
  const payload: Tlv = { tag: TLV_TAG.messagePayload, value: octets };
  return { dataCoding, shortMessage: Buffer.alloc(0), tlvs: [payload] };
}

function textOctets({ shortMessage, esmClass, tlvs }: ShortMessage): Buffer {
  const octets = shortMessage.length > 0 ? shortMessage : (findTlv(tlvs, TLV_TAG.messagePayload) ?? shortMessage);
  if ((esmClass & ESM_CLASS_UDH) === 0 || octets.length === 0) return octets;
  // The first octet says how long the rest of the header is; a header longer than the message leaves no text.
  return octets.subarray(Math.min(octets[0]! + 1, octets.length));
}
