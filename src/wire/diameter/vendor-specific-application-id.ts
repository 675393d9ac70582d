import { once, optional } from './avps.ts';
import { APPLICATION, AVP, VENDOR_3GPP } from './dictionary.ts';
import type { MessageWriter } from './message-writer.ts';

/*
 * RFC 6733 clause 6.11. The Vendor-Id in it takes no part in finding a common application (clause 5.3).
 *
 *  <Vendor-Specific-Application-Id> ::= < AVP Header: 260 >
 *                                       { Vendor-Id }
 *                                       [ Auth-Application-Id ]
 *                                       [ Acct-Application-Id ]
 */
export const VENDOR_SPECIFIC_APPLICATION_ID_GRAMMAR = [
  once(AVP.vendorId),
  optional(AVP.authApplicationId),
  optional(AVP.acctApplicationId),
];

/** Names S13: an application of 3GPP. */
export function writeS13Application(writer: MessageWriter): void {
  writer.group(AVP.vendorSpecificApplicationId, () => {
    writer.number(AVP.vendorId, VENDOR_3GPP).number(AVP.authApplicationId, APPLICATION.s13);
  });
}
