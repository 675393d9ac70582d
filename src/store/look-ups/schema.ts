import type { Selectable } from 'kysely';

export interface LookUpsSchema {
  lookUps: LookUpTable;
}

/**
 * What a look-up rested on: `case` a case that the person named and that concerns whom they looked up, `file` the file
 * itself that they opened, `queue` what waits for anybody at the desk, `none` nothing.
 */
export const LOOK_UP_BASES = ['none', 'case', 'file', 'queue'] as const;
export type LookUpBasis = (typeof LOOK_UP_BASES)[number];

/** Somebody of the member looked at people's data. The journal says so too; here alone stands whose they were. */
interface LookUpTable {
  sequence: number;
  atMs: number;
  actor: string;
  role: string;
  /** As the journal names it. */
  action: string;
  /** The number looked up, or `imsi-` and an IMSI; null where the look-up named nobody. Private. */
  subject: string | null;
  basis: LookUpBasis;
  /** The case or the file that it rested on. */
  reference: string | null;
  refused: number;
}

export type LookUpRow = Selectable<LookUpTable>;
