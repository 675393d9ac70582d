import type { PaymentFault } from './payment-fault.ts';

type CamaraError = readonly [status: number, code: string, message: string];

/**
 * How each of our faults is answered: ErrorInfo of CAMARA carrier-billing v0.5 (release r3.2), with its own codes. A new
 * fault does not compile without its answer.
 */
export const CAMARA_ERRORS = {
  PAYMENT_REQUEST_MALFORMED: [400, 'INVALID_ARGUMENT', 'A field is not as the specification says.'],
  PAYMENT_SINK_REFUSED: [400, 'INVALID_SINK', 'This gate sends no events yet: ask for the payment instead.'],
  PAYMENT_DATES_REVERSED: [400, 'CARRIER_BILLING.INVALID_DATE_RANGE', 'The range ends before it begins.'],
  PAYMENT_TOKEN_MISSING: [401, 'UNAUTHENTICATED', 'Send a token: Authorization: Bearer …'],
  PAYMENT_TOKEN_UNKNOWN: [401, 'UNAUTHENTICATED', 'The token is unknown or revoked.'],
  PAYMENT_NOT_A_MERCHANT: [403, 'PERMISSION_DENIED', 'The token is not a merchant’s.'],
  PAYMENT_DENIED: [403, 'CARRIER_BILLING.PAYMENT_DENIED', 'The payment is refused.'],
  PAYMENT_NEEDS_STEP_UP: [
    403,
    'CARRIER_BILLING.PAYMENT_DENIED',
    'The payer must prove who they are: prepare the payment, and open its validationURL.',
  ],
  PAYMENT_NOT_VALIDATED: [403, 'CARRIER_BILLING.PAYMENT_DENIED', 'The payment is not reserved yet.'],
  PAYMENT_UNKNOWN: [404, 'NOT_FOUND', 'There is no such payment.'],
  PAYMENT_CORRELATOR_REUSED: [409, 'ALREADY_EXISTS', 'Another payment was asked for under this clientCorrelator.'],
  PAYMENT_CONFIRMED: [409, 'CARRIER_BILLING.PAYMENT_CONFIRMED', 'The payment is charged already.'],
  PAYMENT_CANCELLED: [409, 'CARRIER_BILLING.PAYMENT_CANCELLED', 'The payment was given up and is never charged.'],
  PAYMENT_PHONE_MISSING: [422, 'MISSING_IDENTIFIER', 'The phone number is missing.'],
  PAYMENT_AMOUNT_UNAUTHORIZED: [
    422,
    'CARRIER_BILLING.UNAUTHORIZED_AMOUNT',
    'The amount is above what one payment may be.',
  ],
  PAYMENT_LIMIT_PASSED: [
    422,
    'CARRIER_BILLING.USER_AMOUNT_THRESHOLD_OVERPASSED',
    'The line’s limit of this month would be passed.',
  ],
  PAYMENT_AUTHORIZATION_UNKNOWN: [
    400,
    'CARRIER_BILLING.INVALID_AUTHORIZATION_ID',
    'This gate takes no codes: the payer opens the validationURL.',
  ],
  PAYMENTS_TOO_MANY_AT_ONCE: [429, 'TOO_MANY_REQUESTS', 'Too many payments are being written. Try again in a moment.'],
  PAYMENT_TOO_MANY_REQUESTS: [429, 'TOO_MANY_REQUESTS', 'Too many requests from this address. Wait.'],
  PAYMENT_GATE_UNAVAILABLE: [503, 'UNAVAILABLE', 'Try again with the same clientCorrelator.'],
  PAYMENT_GATE_FAILED: [500, 'INTERNAL', 'A mistake in this program: its own log has it.'],
} as const satisfies Record<PaymentFault['code'], CamaraError>;

/** CAMARA's ErrorInfo. The names of the checks that refused stand in the message: there is no field for them. */
export interface ErrorInfo {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function errorInfo(fault: PaymentFault): ErrorInfo {
  const [status, code, message] = CAMARA_ERRORS[fault.code];
  return { status, code, message: withFacts(message, fault) };
}

/** Facts are sizes and names of checks: nothing of what was sent is repeated. */
function withFacts(message: string, fault: PaymentFault): string {
  if ('field' in fault) return `${message} ${fault.field}: ${fault.expected}.`;
  if ('reasons' in fault) return `${message} Because of: ${fault.reasons}.`;
  return 'amountMax' in fault ? `${message} At most ${fault.amountMax}.` : message;
}
