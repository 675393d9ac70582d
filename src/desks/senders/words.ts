/** How a firm takes texts from its customers: what is demanded of it depends on it. */
export const SERVICES = ['web', 'api', 'module'] as const;
export type Service = (typeof SERVICES)[number];

export const APPLICATION_KINDS = ['new', 'change', 'renewal'] as const;
export type ApplicationKind = (typeof APPLICATION_KINDS)[number];

export const FINDINGS = ['met', 'unmet'] as const;

export const CUSTOMER_KINDS = ['individual', 'foreigner', 'corporation'] as const;
export type CustomerKind = (typeof CUSTOMER_KINDS)[number];

export const NUMBER_KINDS = ['mobile', 'fixed'] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];

export const NUMBER_STATES = ['held', 'registered', 'withdrawn', 'refused'] as const;

export const PROPOSAL_STATES = ['open', 'approved', 'dismissed'] as const;
export const PROPOSED_ACTIONS = ['suspend', 'rate-limit'] as const;
export type ProposedAction = (typeof PROPOSED_ACTIONS)[number];
