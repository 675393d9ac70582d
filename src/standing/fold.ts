import type { DeviceTarget } from '../identifiers/device-target.ts';
import { isDeepStrictEqual } from 'node:util';
import type {
  DeviceListed,
  DevicePaired,
  DeviceReleased,
  GateOpened,
  GateRestored,
  DeviceStatement,
} from '../statements/statement.ts';
import { LOG_SIZE_MAX } from './memory.ts';
import type { EntryPlace, ReleasesAhead } from './releases-ahead.ts';

/*
 * A statement stands from its entry until its own member ends it. A regulator may overrule another member's statement: it
 * then stands no longer for any gate, but it is held, marked, until its member ends it. So what a member holds depends on
 * its own log alone, what is overruled on the entries read and not on the order between logs, and standing is a function
 * of how far each log was read.
 */

/** What became of one entry. */
export type FoldOutcome =
  /** A statement is held from now on (overruled, where an overrule came before it). */
  | 'stated'
  /** A release, restoration or overrule took effect. */
  | 'ended'
  /** An overrule that waits for the entry it names. */
  | 'ahead'
  /** A release that names nothing its member may end. */
  | 'ineffective'
  /** A statement beyond what one member may hold about one target; it never stands. */
  | 'overLimit'
  /** Of a kind or version that this code does not know. */
  | 'unknown'
  /** No entry, or no statement, by its bytes. */
  | 'malformed'
  /** Issued by another than the owner of the log. */
  | 'foreign';

export type StatementHeld = DeviceListed | DevicePaired | GateOpened;

/** What the fold keeps its statements in. */
export interface Holdings {
  /** False when its member holds as many about this target as it may. */
  hold(statement: StatementHeld, entry: EntryPlace, overruled: boolean): boolean;
  /** Ends the statement of that entry about that target. False when there is none. */
  end(target: DeviceTarget, entry: EntryPlace): boolean;
  /** Marks the statement of that entry about that target. False when there is none, or it is marked already. */
  overrule(target: DeviceTarget, entry: EntryPlace): boolean;
  /** Ends an emergency override. */
  restore(entry: EntryPlace): boolean;
}

export interface FoldContext {
  readonly holdings: Holdings;
  readonly ahead: ReleasesAhead;
  /** The number of a member, or -1. */
  numberOf(member: string): number;
  isRegulator(member: number): boolean;
  foldedSize(member: number): number;
}

/** Whether an entry has to wait until other logs have been read further. */
export function mustWait(statement: DeviceStatement, by: EntryPlace, context: FoldContext): boolean {
  if (statement.kind !== 'device.released') return false;
  return isAhead(namedBy(statement, context), by, context) && context.ahead.isFull(by.member);
}

/** Applies one statement of a member's log; its entries come in their order, and each once. */
export function foldStatement(statement: DeviceStatement, entry: EntryPlace, context: FoldContext): FoldOutcome {
  const overrules = context.ahead.naming(entry);
  switch (statement.kind) {
    case 'device.blocked':
    case 'device.tracked':
      return hold(
        statement,
        entry,
        context,
        overrules.some(({ target }) => isDeepStrictEqual(target, statement.target)),
      );
    case 'device.paired': {
      const target: DeviceTarget = { kind: 'imei', imei: statement.imei };
      return hold(
        statement,
        entry,
        context,
        overrules.some((release) => isDeepStrictEqual(release.target, target)),
      );
    }
    case 'gate.opened':
      return hold(statement, entry, context, false);
    case 'device.released':
      return release(statement, entry, context);
    case 'gate.restored':
      return restore(statement, entry, context);
  }
}

function hold(statement: StatementHeld, entry: EntryPlace, { holdings }: FoldContext, overruled: boolean): FoldOutcome {
  return holdings.hold(statement, entry, overruled) ? 'stated' : 'overLimit';
}

function release(statement: DeviceReleased, by: EntryPlace, context: FoldContext): FoldOutcome {
  const named = namedBy(statement, context);
  if (named === undefined) return 'ineffective';
  const { target } = statement;
  if (named.member === by.member) return context.holdings.end(target, named) ? 'ended' : 'ineffective';
  if (!context.isRegulator(by.member)) return 'ineffective';
  if (isAhead(named, by, context)) {
    context.ahead.keep({ named, by, target });
    return 'ahead';
  }
  return context.holdings.overrule(target, named) ? 'ended' : 'ineffective';
}

/** The emergency override concerns its issuer's own gates, so nobody else can end it. */
function restore(statement: GateRestored, by: EntryPlace, context: FoldContext): FoldOutcome {
  const named = namedBy(statement, context);
  if (named?.member !== by.member) return 'ineffective';
  return context.holdings.restore(named) ? 'ended' : 'ineffective';
}

/** The entry that a statement ends, or undefined where there can be none of that name. */
function namedBy({ ends }: DeviceReleased | GateRestored, context: FoldContext): EntryPlace | undefined {
  const member = context.numberOf(ends.member);
  return member === -1 || ends.index >= LOG_SIZE_MAX ? undefined : { member, index: ends.index };
}

function isAhead(named: EntryPlace | undefined, by: EntryPlace, context: FoldContext): boolean {
  if (named === undefined || named.member === by.member || !context.isRegulator(by.member)) return false;
  return named.index >= context.foldedSize(named.member);
}
