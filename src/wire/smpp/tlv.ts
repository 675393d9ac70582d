/** An optional parameter: tag and length of two octets each, then the value (SMPP 3.4 clause 3.2.4.1). */
export interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
}

export const TLV_HEADER_SIZE = 4;
/** Of one PDU. The standard defines some forty; vendors add a few. */
export const TLVS_MAX = 64;

export const TLV_TAG = {
  additionalStatusInfoText: 0x001d,
  receiptedMessageId: 0x001e,
  messagePayload: 0x0424,
  messageState: 0x0427,
  // Of vendors: 0x1400 to 0x3fff.
  originatorCode: 0x1400, // 식별코드, nine digits, as relays carry it
  refusal: 0x1401, // ours: why a text or a bind was refused, for machines
  customer: 0x1402, // ours: which customer of the firm a text is sent for
} as const;

/** additional_status_info_text has 256 octets, its NUL included (clause 5.3.2.11). */
export const STATUS_TEXT_SIZE_MAX = 256;

export function findTlv(tlvs: readonly Tlv[], tag: number): Buffer | undefined {
  return tlvs.find((tlv) => tlv.tag === tag)?.value;
}

/** The text of a value; whether a NUL ends it depends on who writes it, so one is taken off. */
export function tlvText(value: Buffer): string {
  return value.at(-1) === 0 ? value.toString('latin1', 0, value.length - 1) : value.toString('latin1');
}

/** A value as a C-Octet String. */
export function textTlv(tag: number, text: string): Tlv {
  return { tag, value: Buffer.from(`${text}\0`, 'latin1') };
}
