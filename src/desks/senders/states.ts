import { nextState, type Transitions } from '../../base/transitions.ts';
import { SenderDeskError } from './sender-fault.ts';

/** The states of an application until it is decided, and those of the certificate that came of it. */
export const APPLICATION_STATES = [
  'applied',
  'document-review',
  'on-site-review',
  'committee',
  'returned', // for supplement
  'refused',
  'withdrawn',
  'certified',
] as const;
export const CERTIFICATE_STATES = ['certified', 'rate-reduced', 'suspended', 'cancelled'] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];
export type CertificateState = (typeof CERTIFICATE_STATES)[number];
export type SenderState = ApplicationState | CertificateState;

/** What a reviewer's step does to an application. */
export const REVIEW_STEPS = ['accept', 'pass', 'return'] as const;
export const DECISIONS = ['certify', 'refuse'] as const;
/** What a firm does with its own application. */
export const FIRM_STEPS = ['resubmit', 'withdraw'] as const;
export const SANCTIONS = ['rate-limit', 'suspend', 'reinstate', 'cancel'] as const;
export type ReviewStep = (typeof REVIEW_STEPS)[number];
export type FirmStep = (typeof FIRM_STEPS)[number];
export type Sanction = (typeof SANCTIONS)[number];
export type SenderEvent = ReviewStep | (typeof DECISIONS)[number] | FirmStep | Sanction | 'change' | 'renewal';

/**
 * Every legal change, from a firm's application to the end of its certificate. A change of fact and a renewal begin a
 * new application: the certificate in force stays as it is until that one is decided.
 */
export const SENDER_TRANSITIONS: Transitions<SenderState, SenderEvent> = {
  applied: { accept: 'document-review', withdraw: 'withdrawn' },
  'document-review': { pass: 'on-site-review', return: 'returned', withdraw: 'withdrawn' },
  'on-site-review': { pass: 'committee', return: 'returned', withdraw: 'withdrawn' },
  committee: { certify: 'certified', refuse: 'refused', return: 'returned' },
  returned: { resubmit: 'applied', withdraw: 'withdrawn' },
  refused: {},
  withdrawn: {},
  certified: {
    'rate-limit': 'rate-reduced',
    suspend: 'suspended',
    cancel: 'cancelled',
    change: 'applied',
    renewal: 'applied',
  },
  'rate-reduced': {
    'rate-limit': 'rate-reduced',
    suspend: 'suspended',
    reinstate: 'certified',
    cancel: 'cancelled',
    change: 'applied',
    renewal: 'applied',
  },
  suspended: { reinstate: 'certified', cancel: 'cancelled', change: 'applied', renewal: 'applied' },
  cancelled: {},
};

/** Applications that are not decided. */
export const STATES_UNDECIDED: readonly ApplicationState[] = [
  'applied',
  'document-review',
  'on-site-review',
  'committee',
  'returned',
];

/** @throws SenderDeskError STEP_ILLEGAL */
export function stateAfter(of: string, state: string, event: SenderEvent): SenderState {
  const next = nextState(SENDER_TRANSITIONS, state as SenderState, event);
  if (next === undefined) throw new SenderDeskError({ code: 'STEP_ILLEGAL', of, state, step: event });
  return next;
}
