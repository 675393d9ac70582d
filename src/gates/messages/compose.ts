import type { Account } from './account.ts';
import { EMPTY_SHORT_MESSAGE, type ShortMessage } from '../../wire/smpp/short-message.ts';
import { textFields } from '../../wire/smpp/text.ts';
import { textTlv, type Tlv, TLV_TAG } from '../../wire/smpp/tlv.ts';

/** A text as people write it. */
export interface PlainText {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly originator?: string;
  readonly customer?: string;
}

/** Type of number and numbering plan (clauses 5.2.5 and 5.2.6). */
export const TON = { unknown: 0, international: 1 } as const;
const NPI_E164 = 1;
const RECEIPT_ASKED_FOR = 1;

/** The submit_sm for a text of an account, its receipt asked for. */
export function compose(account: Pick<Account, 'originator'>, plain: PlainText): ShortMessage {
  const { from, to, text, originator = account.originator, customer } = plain;
  const fields = textFields(text);
  const named: Tlv[] = [
    ...(originator === undefined ? [] : [textTlv(TLV_TAG.originatorCode, originator)]),
    ...(customer === undefined ? [] : [textTlv(TLV_TAG.customer, customer)]),
  ];
  return {
    ...EMPTY_SHORT_MESSAGE,
    ...fields,
    source: addressOf(from),
    destination: addressOf(to),
    registeredDelivery: RECEIPT_ASKED_FOR,
    tlvs: [...fields.tlvs, ...named],
  };
}

function addressOf(number: string): ShortMessage['source'] {
  const isInternational = number.startsWith('+');
  const ton = isInternational ? TON.international : TON.unknown;
  return { ton, npi: NPI_E164, digits: number.replaceAll(/[^0-9]/g, '') };
}
