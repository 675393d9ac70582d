/** Why a phone is listed, in the order in which they come up at a desk. */
export const REASONS = [
  'lost',
  'stolen',
  'fraud',
  'counterfeit',
  'tampered',
  'duplicated',
  'non-payment',
  'faulty',
  'regulatory',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];
