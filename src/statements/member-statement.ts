/** Restricting statements of a member that its budget held back come into force. By a register or a regulator. */
export interface StatementsConfirmed {
  readonly kind: 'statements.confirmed';
  readonly member: string;
  /** The first index in the log of `member`. */
  readonly from: number;
  /** The first index that it is no more about; without it, to whatever end the log has. */
  readonly to?: number;
  readonly reference?: string;
}

/** Restricting statements of a member are in force for nobody. By a register, a regulator, or the member itself. */
export interface StatementsStruck extends Omit<StatementsConfirmed, 'kind'> {
  readonly kind: 'statements.struck';
}

/**
 * A member shows where its logs stand: its own log is so bound to the shared one, and the shared one to the time of its
 * witnesses. Both are notes as they were received; whoever folds them verifies them.
 */
export interface LogAnchored {
  readonly kind: 'log.anchored';
  /** The newest checkpoint of the member's own log. */
  readonly own: string;
  /** A checkpoint of this shared log at an earlier size, with the cosignatures of a quorum; of the empty log, without. */
  readonly shared: string;
  /**
   * The hashes that prove, one behind the other, that the own log continues the tree of the anchor before (RFC 6962 clause
   * 2.1.2). Left out where there are none.
   */
  readonly consistency?: Uint8Array;
  readonly reference?: string;
}

export type MemberStatement = StatementsConfirmed | StatementsStruck | LogAnchored;

export function isMemberStatement(statement: { readonly kind: string }): statement is MemberStatement {
  return statement.kind === 'log.anchored' || statement.kind.startsWith('statements.');
}
