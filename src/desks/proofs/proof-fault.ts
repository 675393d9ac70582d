/** Why there is no proof yet: both ask for patience, or for an anchor. */
export type AnchorFault = { code: 'NOTHING_WITNESSED_YET' } | { code: 'EVIDENCE_NOT_ANCHORED'; index: number };
