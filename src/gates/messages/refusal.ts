import { Fault } from '../../base/fault.ts';
import type { SenderStanding } from '../../standing/senders.ts';
import { COMMAND_STATUS } from '../../wire/smpp/command-status.ts';
import { STATUS_TEXT_SIZE_MAX, textTlv, type Tlv, TLV_TAG } from '../../wire/smpp/tlv.ts';

/** What the checks find. */
export type CheckFault = {
  readonly code:
    | 'SENDER_NOT_CERTIFIED'
    | 'SENDER_CERTIFICATE_EXPIRED'
    | 'SENDER_SUSPENDED'
    | 'SENDER_CANCELLED'
    | 'TEXT_ORIGINATOR_MISSING'
    | 'TEXT_ORIGINATOR_FOREIGN'
    | 'TEXT_NUMBER_UNREGISTERED'
    | 'TEXT_NUMBER_OF_OTHER_CUSTOMER'
    | 'TEXT_RATE_EXCEEDED';
};

/** Why a text does not pass: what the checks found, or what became of it on its way to the message centre. */
export type TextFault =
  | CheckFault
  | {
      code:
        | 'TEXT_MALFORMED'
        | 'TEXT_DESTINATION_MALFORMED'
        | 'TEXT_SCHEDULED'
        | 'TEXT_WINDOW_FULL'
        | 'TEXT_QUEUE_FULL'
        | 'MESSAGE_CENTRE_UNREACHABLE'
        | 'MESSAGE_CENTRE_LOST'
        | 'MESSAGE_CENTRE_SILENT'
        | 'TEXT_OUTCOME_UNKNOWN'
        | 'TEXT_KEY_NOT_KEPT';
    }
  | { code: 'MESSAGE_CENTRE_REFUSED'; commandStatus: number };
export type TextFaultCode = TextFault['code'];

/**
 * How each is answered. What a standard client does with a code was measured on Kannel 1.4.5: it tries again for ever
 * after 0x08, 0x14, 0x58 and 0x64, and gives a text up after the others. So those four are given only where the text is
 * wanted again, and a suspended firm gets none of them.
 */
const ANSWERS: Readonly<
  Record<TextFaultCode, { readonly smpp: number; readonly http: number; readonly says: string }>
> = {
  SENDER_NOT_CERTIFIED: { smpp: COMMAND_STATUS.submitFailed, http: 403, says: 'the firm has no certificate' },
  SENDER_CERTIFICATE_EXPIRED: { smpp: COMMAND_STATUS.submitFailed, http: 403, says: 'the certificate has expired' },
  SENDER_SUSPENDED: { smpp: COMMAND_STATUS.submitFailed, http: 403, says: 'the firm is suspended' },
  SENDER_CANCELLED: { smpp: COMMAND_STATUS.submitFailed, http: 403, says: 'the certificate is cancelled' },
  TEXT_ORIGINATOR_MISSING: { smpp: COMMAND_STATUS.missingOptional, http: 422, says: 'no originator code' },
  TEXT_ORIGINATOR_FOREIGN: {
    smpp: COMMAND_STATUS.invalidOptional,
    http: 422,
    says: 'not the originator code of this firm',
  },
  TEXT_NUMBER_UNREGISTERED: {
    smpp: COMMAND_STATUS.invalidSource,
    http: 422,
    says: 'the sender number is not registered',
  },
  TEXT_NUMBER_OF_OTHER_CUSTOMER: {
    smpp: COMMAND_STATUS.invalidSource,
    http: 422,
    says: 'the sender number is registered to another customer',
  },
  TEXT_RATE_EXCEEDED: { smpp: COMMAND_STATUS.throttled, http: 429, says: 'above the rate; send again later' },
  TEXT_MALFORMED: { smpp: COMMAND_STATUS.invalidLength, http: 422, says: 'the message cannot be read' },
  TEXT_DESTINATION_MALFORMED: {
    smpp: COMMAND_STATUS.invalidDestination,
    http: 422,
    says: 'the destination is no number',
  },
  TEXT_SCHEDULED: { smpp: COMMAND_STATUS.invalidSchedule, http: 422, says: 'a text is sent at once, or not at all' },
  TEXT_WINDOW_FULL: {
    smpp: COMMAND_STATUS.queueFull,
    http: 503,
    says: 'too many texts wait for their answer; send again',
  },
  TEXT_QUEUE_FULL: { smpp: COMMAND_STATUS.queueFull, http: 503, says: 'too many texts wait; send again later' },
  MESSAGE_CENTRE_UNREACHABLE: {
    smpp: COMMAND_STATUS.systemError,
    http: 503,
    says: 'no message centre is reached; send again later',
  },
  MESSAGE_CENTRE_LOST: { smpp: COMMAND_STATUS.systemError, http: 503, says: 'the message centre was lost; send again' },
  MESSAGE_CENTRE_SILENT: {
    smpp: COMMAND_STATUS.systemError,
    http: 503,
    says: 'the message centre did not answer; send again',
  },
  MESSAGE_CENTRE_REFUSED: { smpp: COMMAND_STATUS.submitFailed, http: 502, says: 'the message centre refused the text' },
  // These two come over HTTP alone, to texts with a key. 409 and not 503: a client must not take it for an invitation.
  TEXT_OUTCOME_UNKNOWN: {
    smpp: COMMAND_STATUS.submitFailed,
    http: 409,
    says: 'nobody knows whether the text went out; it is not sent again under this key',
  },
  TEXT_KEY_NOT_KEPT: {
    smpp: COMMAND_STATUS.systemError,
    http: 503,
    says: 'the key cannot be written down; send again later',
  },
};

/** The four above: a message centre that answers one of them wants the text later. */
const WANTED_AGAIN: ReadonlySet<number> = new Set([
  COMMAND_STATUS.systemError,
  COMMAND_STATUS.queueFull,
  COMMAND_STATUS.throttled,
  COMMAND_STATUS.temporaryError,
]);

/** What a refusal says of itself to a program. */
export interface Explanation {
  readonly code: TextFaultCode;
  readonly certificate?: string;
  /** Why the firm is slowed or suspended, and the case that it was decided in. */
  readonly reason?: string;
  readonly case?: string;
  /** The entries that it rests on, as `member/index`. */
  readonly entries?: readonly string[];
  readonly appeal?: string;
}

/** A refusal with what its receiver needs: the reason, what it rests on, and how to appeal. */
export class TextRefusal extends Fault<TextFault> {
  readonly standing: SenderStanding | undefined;

  constructor(facts: TextFault, standing?: SenderStanding) {
    super(facts);
    this.standing = standing;
  }

  get commandStatus(): number {
    const { facts } = this;
    return facts.code === 'MESSAGE_CENTRE_REFUSED' ? facts.commandStatus : ANSWERS[facts.code].smpp;
  }

  get httpStatus(): number {
    const { facts } = this;
    const isForNow = facts.code === 'MESSAGE_CENTRE_REFUSED' && WANTED_AGAIN.has(facts.commandStatus);
    return isForNow ? 503 : ANSWERS[facts.code].http;
  }

  get says(): string {
    return ANSWERS[this.facts.code].says;
  }

  /** For machines: the value of our refusal TLV and the members of a problem document. */
  explained(appeal: string): Explanation {
    const { facts, standing } = this;
    if (standing === undefined) return { code: facts.code };
    const { state, reason, reference, certificate, entries } = standing;
    const isAgainstFirm = state !== 'certified';
    return {
      code: facts.code,
      certificate,
      ...(isAgainstFirm && reason !== undefined && { reason }),
      ...(isAgainstFirm && reference !== undefined && { case: reference }),
      entries: entries.map(({ member, index }) => `${member}/${index}`),
      appeal,
    };
  }

  /** For an SMPP client: a line that people read in its log, and the same for machines. */
  tlvs(appeal: string): Tlv[] {
    const explained = this.explained(appeal);
    const { code, reason, certificate, case: reference } = explained;
    const parts = [
      `${code}: ${this.says}`,
      reason && `reason ${reason}`,
      certificate && `certificate ${certificate}`,
      reference && `case ${reference}`,
      explained.appeal && `appeal: ${appeal}`,
    ];
    const text = parts.filter(Boolean).join('; ');
    return [
      textTlv(TLV_TAG.additionalStatusInfoText, text.slice(0, STATUS_TEXT_SIZE_MAX - 1)),
      { tag: TLV_TAG.refusal, value: Buffer.from(JSON.stringify(explained)) },
    ];
  }
}
