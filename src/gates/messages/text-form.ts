import type { ShortMessage } from '../../wire/smpp/short-message.ts';
import { type Tlv, TLV_TAG, tlvText } from '../../wire/smpp/tlv.ts';
import { TON } from './compose.ts';

const DESTINATION = /^\+?[0-9]{3,20}$/;
/** What the checks and the fingerprint rest on: of two, a message centre may take the one that was not looked at. */
const AT_MOST_ONCE = [TLV_TAG.messagePayload, TLV_TAG.customer];

/** What is against a text whoever sends it. Undefined where it is well formed. */
export function formFault({
  destination,
  scheduleDeliveryTime,
  shortMessage,
  tlvs,
}: ShortMessage): 'TEXT_DESTINATION_MALFORMED' | 'TEXT_SCHEDULED' | 'TEXT_MALFORMED' | undefined {
  if (!DESTINATION.test(destination.digits)) return 'TEXT_DESTINATION_MALFORMED';
  // A firm that is suspended today must not be heard next week.
  if (scheduleDeliveryTime !== '') return 'TEXT_SCHEDULED';
  const count = (wanted: number) => tlvs.filter(({ tag }) => tag === wanted).length;
  if (AT_MOST_ONCE.some((tag) => count(tag) > 1)) return 'TEXT_MALFORMED';
  // Clause 5.3.2.32: the text stands in one of the two.
  return shortMessage.length > 0 && count(TLV_TAG.messagePayload) > 0 ? 'TEXT_MALFORMED' : undefined;
}

/** The originator code of a text; two that differ are nobody's. */
export function originatorOf(tlvs: readonly Tlv[]): string | undefined {
  const [code, ...others] = tlvs.filter(({ tag }) => tag === TLV_TAG.originatorCode).map(({ value }) => tlvText(value));
  return others.every((other) => other === code) ? code : '';
}

/**
 * The sender number as people write it: an international one with its plus (clause 5.2.5). No country's code begins with
 * 0, so such digits are a national number of a client that says otherwise.
 */
export function senderOf({ source: { ton, digits } }: Pick<ShortMessage, 'source'>): string {
  return ton === TON.international && /^[1-9]/.test(digits) ? `+${digits}` : digits;
}
