import type { NamedCheck } from '../../base/named-checks.ts';
import type { NumberStanding, SenderStanding } from '../../standing/senders.ts';
import type { Account } from './account.ts';
import type { CheckFault } from './refusal.ts';

/** What is known of a text when it is checked. */
export interface Attempt {
  readonly account: Account;
  readonly standing: SenderStanding | undefined;
  /** Nine digits, as the text bears them. */
  readonly originator: string | undefined;
  /** How the sender number is registered under the certificate; undefined where it is not, or is no number. */
  readonly number: NumberStanding | undefined;
  /** Whom the text is sent for, where it says so. */
  readonly customer: string | undefined;
  /** Wall time and steady time. */
  readonly nowMs: number;
  readonly steadyMs: number;
}

export interface SenderCheck extends NamedCheck<Attempt, CheckFault['code']> {
  /** Asked at a bind too, when there is no text yet. */
  readonly atBind: boolean;
}

const WHOLE_PERMILLE = 1_000;

/**
 * What is checked of every text, in this order. The last counts the text as sent, so a text that another check refuses
 * takes nothing of the firm's rate.
 */
export const SENDER_CHECKS = [
  {
    name: 'certified',
    atBind: true,
    check: ({ standing, nowMs }) => {
      if (standing === undefined) return 'SENDER_NOT_CERTIFIED';
      return (standing.validUntilMs ?? Infinity) <= nowMs ? 'SENDER_CERTIFICATE_EXPIRED' : undefined;
    },
  },
  {
    name: 'not-suspended',
    atBind: true,
    check: ({ standing }) => {
      if (standing?.state === 'cancelled') return 'SENDER_CANCELLED';
      return standing?.state === 'suspended' ? 'SENDER_SUSPENDED' : undefined;
    },
  },
  {
    name: 'originator-present',
    atBind: false,
    check: ({ originator }) => (originator === undefined ? 'TEXT_ORIGINATOR_MISSING' : undefined),
  },
  {
    name: 'originator-own',
    atBind: false,
    check: ({ originator, standing }) => (originator === standing?.originator ? undefined : 'TEXT_ORIGINATOR_FOREIGN'),
  },
  {
    name: 'number-registered',
    atBind: false,
    check: ({ number }) => (number === undefined ? 'TEXT_NUMBER_UNREGISTERED' : undefined),
  },
  {
    name: 'number-of-customer',
    atBind: false,
    check: ({ number, customer }) =>
      customer === undefined || number?.customer === customer ? undefined : 'TEXT_NUMBER_OF_OTHER_CUSTOMER',
  },
  {
    name: 'rate',
    atBind: false,
    check: ({ account, standing, steadyMs }) => {
      // Disaster and rescue texts are held back by the rate agreed on, and by no reduction of it.
      const permille = standing?.priority === 'emergency' ? WHOLE_PERMILLE : standing?.permille;
      return account.rate.admit(steadyMs, permille) ? undefined : 'TEXT_RATE_EXCEEDED';
    },
  },
] as const satisfies readonly SenderCheck[];

export type CheckName = (typeof SENDER_CHECKS)[number]['name'];
export const CHECK_NAMES: readonly CheckName[] = SENDER_CHECKS.map(({ name }) => name);
export const BIND_CHECKS: readonly SenderCheck[] = SENDER_CHECKS.filter(({ atBind }) => atBind);
