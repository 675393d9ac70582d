import type { Role } from '../../governance/consortium.ts';
import type { IndexRange } from '../../standing/index-ranges.ts';
import type { Restriction } from '../../standing/quarantine.ts';
import type { Statement } from '../../statements/statement.ts';

/** An entry of a member's log as this member can open it. */
export interface LoggedEntry {
  readonly index: number;
  /** By its issuer's clock, in ms since 1970; undefined where the entry cannot be read. */
  readonly timeMs: number | undefined;
  /** The index in the same log of the statement that it states anew. */
  readonly continues?: number;
  /** Undefined where this member has no key for it, or does not know its kind. */
  readonly statement: Statement | undefined;
}

/** The logs as this node holds them, and how what they say stands. */
export interface LogsSeen {
  /** Of the consortium as it is now, those that have left among them. */
  members(): readonly { readonly name: string; readonly roles: readonly Role[]; readonly isActive: boolean }[];
  /** Entries of a member's log that standing has taken. */
  size(member: string): number;
  /** Verified entries from..to-1, all of which standing has taken. */
  entries(member: string, from: number, to: number): AsyncIterable<LoggedEntry>;
  /** The same without opening them, which takes most of the time. */
  times(member: string, from: number, to: number): AsyncIterable<Pick<LoggedEntry, 'index' | 'timeMs'>>;
  /** Indexes beyond the budget that nobody confirmed or struck, in order. */
  quarantined(member: string): Iterable<IndexRange>;
  /** How a statement stands; undefined where it restricts nothing or stands no more. */
  restriction(member: string, index: number, statement: Statement): Restriction | undefined;
}
