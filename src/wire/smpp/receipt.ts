import { DATA_CODING } from './text.ts';
import { EMPTY_SHORT_MESSAGE, ESM_CLASS_RECEIPT, type ShortMessage, type SmppAddress } from './short-message.ts';
import { findTlv, textTlv, TLV_TAG, tlvText } from './tlv.ts';

/** message_state (clause 5.2.28), by the names that a receipt's text has for them (appendix B). */
export const MESSAGE_STATE = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
} as const;
export type MessageState = keyof typeof MESSAGE_STATE;

export interface Receipt {
  /** As the message centre named the text when it took it. */
  readonly messageId: string;
  readonly state: MessageState;
}

/** What a deliver_sm says became of a text: in its optional parameters, or else in its text as appendix B writes it. */
export function readReceipt({ tlvs, shortMessage }: ShortMessage): Receipt | undefined {
  const text = shortMessage.toString('latin1');
  const id = findTlv(tlvs, TLV_TAG.receiptedMessageId);
  const messageId = id === undefined ? /\bid:([^\s]{1,64})/.exec(text)?.[1] : tlvText(id);
  if (messageId === undefined || messageId === '') return undefined;
  return { messageId, state: stateOf(findTlv(tlvs, TLV_TAG.messageState), text) };
}

/** A receipt in both forms, so that every client finds the one that it reads. */
export function receiptMessage(
  { messageId, state }: Receipt,
  { source, destination, submitted, done }: ReceiptContext,
): ShortMessage {
  const isDelivered = state === 'DELIVRD' ? '001' : '000';
  const text = `id:${messageId} sub:001 dlvrd:${isDelivered} submit date:${submitted} done date:${done} stat:${state} err:000 text:`;
  return {
    ...EMPTY_SHORT_MESSAGE,
    source,
    destination,
    esmClass: ESM_CLASS_RECEIPT,
    dataCoding: DATA_CODING.default,
    shortMessage: Buffer.from(text, 'latin1'),
    tlvs: [
      textTlv(TLV_TAG.receiptedMessageId, messageId),
      { tag: TLV_TAG.messageState, value: Buffer.of(MESSAGE_STATE[state]) },
    ],
  };
}

export interface ReceiptContext {
  readonly source: SmppAddress;
  readonly destination: SmppAddress;
  /** Both as YYMMDDhhmm. */
  readonly submitted: string;
  readonly done: string;
}

/** A time as receipts write it, in UTC. */
export function receiptTime(timeMs: number): string {
  return new Date(timeMs)
    .toISOString()
    .replaceAll(/[^0-9]/g, '')
    .slice(2, 12);
}

function stateOf(value: Buffer | undefined, text: string): MessageState {
  const number = value?.[0];
  const named = /\bstat:([A-Z]{7})/.exec(text)?.[1];
  const found = Object.entries(MESSAGE_STATE).find(([name, state]) =>
    number === undefined ? name === named : state === number,
  );
  return (found?.[0] as MessageState | undefined) ?? 'UNKNOWN';
}
