import type { EntryStanding, KeptStatement, Past } from '../../standing/held-statements.ts';
import type { CaseStatementRow } from '../../store/schema.ts';
import { targetOf } from './subject.ts';

/** Why a statement of the member's own log stands no more by the logs; undefined where it does, or that is not known yet. */
export type PastOf = (kept: KeptStatement) => Past | undefined;

/** What a desk knows of its member's own entries. */
export interface OwnEntries {
  readonly member: string;
  readonly pastOf: PastOf;
  /** How the entry at this index stands by the logs. */
  readonly standingOf: (index: number) => EntryStanding;
}

/** Why this statement stands no more by the logs, though its member's desk has not ended it. */
export function pastOfRow(row: CaseStatementRow, { pastOf }: Pick<OwnEntries, 'pastOf'>): Past | undefined {
  if (row.endedMs !== null || row.logIndex === null) return undefined;
  return pastOf({ kind: row.kind, target: targetOf(row), index: row.logIndex });
}
