/** How the faults of lines and payments are answered. */
export const LINE_PROBLEMS = {
  LINE_BOUND_ALREADY: [409, 'The line is bound to a device. A supervisor frees it first.'],
  LINE_NOT_PROTECTED: [409, 'The line is bound to no device.'],
  LINE_IMSI_TAKEN: [409, 'This IMSI belongs to another protected line. Look at the number again.'],
  LINE_NOT_BLOCKED: [409, 'Payments of this line are not blocked.'],
  UNBLOCK_NEEDS_ANOTHER: [
    409,
    'You have asked for this yourself. Another person, a supervisor, must see the customer too.',
  ],
  UNBLOCK_NEEDS_SUPERVISOR: [403, 'The second word is a supervisor’s.'],
  LINES_TOO_MANY: [409, 'As many lines as there may be have a standing of their own.'],
  PAYMENT_NUMBER_UNKNOWN: [404, 'There is no payment of this number.'],
  PAYMENT_NOT_OPEN: [409, 'The payment does not wait for a person: `state` says how it stands.'],
  PAYMENT_JUDGED_ALREADY: [409, 'The payment was judged: `judgement` says how.'],
  PAYMENT_LINE_BLOCKED: [409, 'The customer has blocked payments of this line. Refuse the payment instead.'],
  PAYMENT_NOT_FRAUDULENT: [409, 'Only a payment that was judged fraudulent is given back. Judge it first.'],
  PAYMENT_NOT_CHARGED: [409, 'The payment was never charged, so there is nothing to give back.'],
} as const;
