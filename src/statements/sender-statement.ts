/** Why a sender is slowed, suspended or cancelled. */
export const SENDER_REASONS = [
  'spam',
  'forged-code', // texts under another firm's originator code
  'unregistered-number',
  'evidence-expired',
  'order', // of an authority
  'request', // of the firm itself
  'remedied',
  'other',
] as const;
export type SenderReason = (typeof SENDER_REASONS)[number];

/** `emergency`: disaster and rescue texts, which no reduced rate holds back. */
export const SENDER_PRIORITIES = ['normal', 'emergency'] as const;
export type SenderPriority = (typeof SENDER_PRIORITIES)[number];

/** A firm may send bulk text. A certificate is named by its code; its issuer alone changes it. */
export interface SenderCertified {
  readonly kind: 'sender.certified';
  readonly certificate: string;
  /** The firm's registered name: a public register has it. */
  readonly firm: string;
  /** Nine digits that every text of the firm bears. */
  readonly originator: string;
  readonly priority: SenderPriority;
  /** In ms since 1970; without it the certificate holds until something is stated of it. */
  readonly validUntilMs?: number;
  readonly reference?: string;
}

/** Only this share of the firm's rate is let through. */
export interface SenderRateLimited {
  readonly kind: 'sender.rate-limited';
  readonly certificate: string;
  /** 1 to 999: thousandths of the rate agreed on. */
  readonly permille: number;
  readonly reason: SenderReason;
  readonly reference?: string;
}

/** A change of a certificate's state. After `sender.cancelled` nothing of that certificate counts any more. */
export interface SenderChanged {
  readonly kind: 'sender.suspended' | 'sender.reinstated' | 'sender.cancelled';
  readonly certificate: string;
  readonly reason: SenderReason;
  readonly reference?: string;
}

/**
 * A customer of the firm may send under a number. Numbers and customers may be people: the log holds a tag of the
 * number (see `numberTag`) and the issuer's opaque name of the customer.
 */
export interface NumberRegistered {
  readonly kind: 'number.registered';
  readonly certificate: string;
  readonly tag: Uint8Array;
  readonly customer: string;
  readonly reference?: string;
}

export interface NumberWithdrawn {
  readonly kind: 'number.withdrawn';
  readonly certificate: string;
  readonly tag: Uint8Array;
  readonly reference?: string;
}

export type SenderStatement = SenderCertified | SenderRateLimited | SenderChanged | NumberRegistered | NumberWithdrawn;
