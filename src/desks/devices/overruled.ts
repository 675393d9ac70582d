import type { DeviceTarget } from '../../identifiers/device-target.ts';
import type { EntryStanding } from '../../standing/held-statements.ts';
import type { CaseStatementRow } from '../../store/schema.ts';
import { targetOf } from './subject.ts';

/** Whether a regulator has ended, or somebody has struck, the entry of the member's own log at this index, which is about this target. */
export type IsOverruled = (target: DeviceTarget, index: number) => boolean;

/** What a desk knows of its member's own entries. */
export interface OwnEntries {
  readonly member: string;
  readonly isOverruled: IsOverruled;
  /** How the entry at this index stands by the logs. */
  readonly standingOf: (index: number) => EntryStanding;
}

/** Whether this statement stands no more because it was overruled or struck, though its member has not ended it. */
export function isRowOverruled(row: CaseStatementRow, { isOverruled }: Pick<OwnEntries, 'isOverruled'>): boolean {
  if (row.endedMs !== null || row.logIndex === null) return false;
  const target = targetOf(row);
  return target !== undefined && isOverruled(target, row.logIndex);
}
