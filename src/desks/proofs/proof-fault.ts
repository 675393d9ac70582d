/** Why there is no proof yet: it asks for patience, for an anchor, or the others take none of this member. */
export type AnchorFault =
  | { code: 'NOTHING_WITNESSED_YET' }
  | { code: 'EVIDENCE_NOT_ANCHORED'; index: number }
  | { code: 'ANCHOR_MEMBER_STATUS'; memberStatus: string };
