import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import type { LogAnchored } from '../statements/member-statement.ts';
import type { DeviceListed, DevicePaired, DeviceReleased, GateOpened, GateRestored } from '../statements/statement.ts';
import { permits } from '../statements/permits.ts';
import { type BookStatement, isBookStatement } from './books.ts';
import { costOf } from './budget.ts';
import { isInRanges } from './index-ranges.ts';
import { type Marks, type RangeStatement, rangeOf } from './marks.ts';
import type { MemberFold } from './member-fold.ts';
import { LOG_SIZE_MAX } from './memory.ts';
import type { Opened, OpenedStatement } from './opened.ts';
import type { EntryPlace, ReleasesAhead } from './releases-ahead.ts';
import { restate, restateOpened, restatePairing } from './restate.ts';

/*
 * What restricts acts when it is read; what permits waits until witnesses have seen it (`waiting.ts`) and then acts in the
 * order of its log. A statement stands from its entry until its own member ends it. A regulator may overrule another
 * member's statement: it then stands no longer for any gate, but it is held, marked, until its member ends it. So what a
 * member holds depends on its own log alone, what is overruled on the entries that count and not on the order between
 * logs, and standing is a function of how far each log was read, and how far it has settled.
 */

/** What became of one entry. */
export type FoldOutcome =
  /** A statement is held from now on (overruled, where an overrule came before it). */
  | 'stated'
  /** It is held, but beyond its member's budget: in force for nobody until it is confirmed. */
  | 'quarantined'
  /** It permits something, and waits until witnesses have seen it. */
  | 'waiting'
  /** A release, restoration or overrule took effect. */
  | 'ended'
  /** An overrule that waits for the entry it names. */
  | 'ahead'
  /** A witnessed time of its log was taken. */
  | 'anchored'
  /** An anchor of an own log that does not continue what the one before it showed. */
  | 'broken'
  /** A release that names nothing its member may end, or a statement that its member may not make. */
  | 'ineffective'
  /** A statement beyond what one member may hold about one target; it never stands. */
  | 'overLimit'
  /** Of a kind or version that this code does not know. */
  | 'unknown'
  /** Sealed under a key that this node does not have. */
  | 'sealed'
  /** No entry, or no statement, by its bytes. */
  | 'malformed'
  /** Issued by another than the owner of the log. */
  | 'foreign';

export type StatementHeld = DeviceListed | DevicePaired | GateOpened;

/** How a statement is held. */
export interface HeldMarks {
  readonly overruled: boolean;
  readonly quarantined: boolean;
}

/** What the fold keeps its statements in. */
export interface Holdings {
  /** False when a member holds as many about this target as it may. */
  hasRoom(statement: StatementHeld, member: number): boolean;
  /** Only where there is room. */
  hold(statement: StatementHeld, entry: EntryPlace, marks: HeldMarks): void;
  /** How the statement of that entry is held, if it is and says the same. */
  marksOf(statement: StatementHeld, entry: EntryPlace): HeldMarks | undefined;
  /** The statement of that entry, which is held, stands under another index from now on. */
  renew(statement: StatementHeld, entry: EntryPlace, now: HeldMarks & { readonly index: number }): void;
  /** Ends the statement of that entry about that target. False when there is none. */
  end(target: DeviceTarget, entry: EntryPlace): boolean;
  /** Marks the statement of that entry about that target. False when there is none, or it is marked already. */
  overrule(target: DeviceTarget, entry: EntryPlace): boolean;
  /** Brings the statement of that entry into force, if it is held beyond a budget. */
  confirm(target: DeviceTarget, entry: EntryPlace): void;
  /** Ends an emergency override. */
  restore(entry: EntryPlace): boolean;
}

export interface FoldContext {
  readonly holdings: Holdings;
  readonly ahead: ReleasesAhead;
  readonly marks: Marks;
  /** The number of a member, or -1. */
  numberOf(member: string): number;
  /** Whether it may overrule. */
  isRegulator(member: number): boolean;
  /** Whether it may confirm and strike what other members state. */
  isSupervisor(member: number): boolean;
  member(number: number): MemberFold;
  /**
   * Whether this entry, which states something anew, was compared with what it continues while members could open that:
   * governance has said so when it ended the epoch.
   */
  isVerified(entry: EntryPlace): boolean;
  /** Takes a statement about senders or cells. */
  book(statement: BookStatement, entry: EntryPlace, opened: Opened): FoldOutcome;
  /** Says that ranges of a member were confirmed or struck. */
  marked(member: string): void;
}

/**
 * Whether a statement cannot be taken before others of its log have settled. It is asked before anything of the entry is
 * taken, its time among it: that it was tried must leave no trace.
 */
export function isToWait({ statement, continues }: OpenedStatement, entry: EntryPlace, context: FoldContext): boolean {
  const own = context.member(entry.member);
  if (permits(statement.kind)) return own.waiting.isFull;
  if (statement.kind !== 'device.blocked' && statement.kind !== 'device.tracked') return false;
  if (continues !== undefined) {
    const old = own.restated.resolve(continues, true);
    // A release of the old one that still waits comes first.
    if (own.isReleaseWaiting(continues) || own.isReleaseWaiting(old)) return true;
    const place = { member: entry.member, index: old };
    // It takes the place of the old one.
    if (continues < entry.index && context.holdings.marksOf(statement, place) !== undefined) return false;
  }
  return !context.holdings.hasRoom(statement, entry.member) && own.isFullUntilSettled(statement.target);
}

/** Takes one statement as it is read, where it has not to wait; those of one log come in their order. */
export function foldStatement(opened: OpenedStatement, entry: EntryPlace, context: FoldContext): FoldOutcome {
  const { statement } = opened;
  if (permits(statement.kind)) return waitForWitnesses(opened, entry, context);
  if (isBookStatement(statement)) return context.book(statement, entry, opened);
  switch (statement.kind) {
    case 'device.blocked':
    case 'device.tracked':
      return list(statement, opened, entry, context);
    case 'gate.opened':
      return open(statement, opened, entry, context);
    case 'gate.restored':
      return restore(statement, entry, context);
    case 'statements.confirmed':
      return markRange(statement, entry, context);
    case 'log.anchored':
      return anchor(statement, opened, entry, context);
    case 'device.released':
    case 'device.paired':
    case 'statements.struck':
      return assert.fail('what permits waits');
  }
}

/** Applies a permitting statement that witnesses have seen. @returns `wait` where too many overrules wait for entries */
export function settleStatement(
  opened: OpenedStatement,
  entry: EntryPlace,
  context: FoldContext,
): FoldOutcome | 'wait' {
  const { statement } = opened;
  if (isBookStatement(statement)) return context.book(statement, entry, opened);
  if (statement.kind === 'device.released') return release(statement, entry, context);
  if (statement.kind === 'device.paired') return pair(statement, opened, entry, context);
  assert(statement.kind === 'statements.struck', 'a statement that permits');
  return markRange(statement, entry, context);
}

/** Whether an overrule of this statement was read before it. */
export function isOverruledAhead(target: DeviceTarget, entry: EntryPlace, { ahead }: FoldContext): boolean {
  return ahead.naming(entry).some((release) => isDeepStrictEqual(release.target, target));
}

function anchor(
  { consistency = new Uint8Array() }: LogAnchored,
  { witnessedAtMs, ownTree }: Opened,
  { member, index }: EntryPlace,
  context: FoldContext,
): FoldOutcome {
  const own = context.member(member);
  if (witnessedAtMs !== undefined) own.meter.anchor(witnessedAtMs);
  if (ownTree !== undefined && !own.ownLog.take(ownTree, { consistency, at: index })) return 'broken';
  return witnessedAtMs === undefined ? 'ineffective' : 'anchored';
}

function waitForWitnesses(opened: OpenedStatement, { member, index }: EntryPlace, context: FoldContext): FoldOutcome {
  context.member(member).waiting.add({ ...opened, index });
  return 'waiting';
}

function list(statement: DeviceListed, opened: Opened, entry: EntryPlace, context: FoldContext): FoldOutcome {
  const { holdings } = context;
  const own = context.member(entry.member);
  if (opened.continues !== undefined) {
    const outcome = restate({ statement, continues: opened.continues }, entry, context);
    if (outcome !== 'new') return outcome;
  }
  if (!holdings.hasRoom(statement, entry.member)) return 'overLimit';
  const cost = costOf(statement)!;
  const quarantined = !own.affords(cost);
  const overruled = isOverruledAhead(statement.target, entry, context);
  holdings.hold(statement, entry, { overruled, quarantined });
  if (!quarantined) own.charge(cost);
  else if (!overruled) own.quarantined.add(entry.index);
  return quarantined ? 'quarantined' : 'stated';
}

function pair(statement: DevicePaired, opened: Opened, entry: EntryPlace, context: FoldContext): FoldOutcome {
  const { holdings } = context;
  if (opened.continues !== undefined && restatePairing({ statement, continues: opened.continues }, entry, context)) {
    return 'stated';
  }
  if (!holdings.hasRoom(statement, entry.member)) return 'overLimit';
  const overruled = isOverruledAhead({ kind: 'imei', imei: statement.imei }, entry, context);
  holdings.hold(statement, entry, { overruled, quarantined: false });
  return 'stated';
}

function open(statement: GateOpened, { continues }: Opened, entry: EntryPlace, context: FoldContext): FoldOutcome {
  if (continues !== undefined) return restateOpened({ statement, continues }, entry, context);
  const { holdings } = context;
  if (!holdings.hasRoom(statement, entry.member)) return 'overLimit';
  holdings.hold(statement, entry, { overruled: false, quarantined: false });
  return 'stated';
}

function release(statement: DeviceReleased, by: EntryPlace, context: FoldContext): FoldOutcome | 'wait' {
  const named = namedBy(statement, context);
  if (named === undefined) return 'ineffective';
  const { target } = statement;
  if (named.member === by.member) return endOwn(target, named, { by, context });
  if (!context.isRegulator(by.member)) return 'ineffective';
  const isAhead = named.index >= context.member(named.member).settledSize;
  if (isAhead && context.ahead.isFull(by.member)) return 'wait';
  if (isAhead) context.ahead.keep({ named, by, target });
  const { restated, restatedPairings, quarantined } = context.member(named.member);
  const stands = [restated, restatedPairings].map((one) => ({ ...named, index: one.resolve(named.index, false) }));
  const overruled = [named, ...stands].find((place) => context.holdings.overrule(target, place));
  if (overruled !== undefined) quarantined.delete(overruled.index);
  return overruled !== undefined ? 'ended' : isAhead ? 'ahead' : 'ineffective';
}

function endOwn(
  target: DeviceTarget,
  named: EntryPlace,
  { by, context }: { by: EntryPlace; context: FoldContext },
): FoldOutcome {
  const { restated, restatedPairings, quarantined } = context.member(by.member);
  const stands = [restated, restatedPairings].map((one) => one.resolve(named.index, true));
  for (const index of [named.index, ...stands]) {
    // A release speaks of what stood before it: it may have waited while more was stated.
    if (index >= by.index || !context.holdings.end(target, { member: by.member, index })) continue;
    restated.drop(index);
    restatedPairings.drop(index);
    quarantined.delete(index);
    return 'ended';
  }
  return 'ineffective';
}

/** The emergency override concerns its issuer's own gates, so nobody else can end it. */
function restore(statement: GateRestored, by: EntryPlace, context: FoldContext): FoldOutcome {
  const named = namedBy(statement, context);
  if (named?.member !== by.member) return 'ineffective';
  const { member, index } = named;
  const places = [named, { member, index: context.member(member).restated.present(index) }];
  return places.some((place) => context.holdings.restore(place)) ? 'ended' : 'ineffective';
}

/** Confirming is for others than the one who stated; a member may strike its own statements. */
function markRange(statement: RangeStatement, by: EntryPlace, context: FoldContext): FoldOutcome {
  const { kind, member } = statement;
  const [from, to] = rangeOf(statement);
  const own = context.member(by.member);
  const isOwn = member === own.name;
  const isAllowed = isOwn ? kind === 'statements.struck' : context.isSupervisor(by.member);
  if (!isAllowed || from >= to) return 'ineffective';
  if (!context.marks.add(own.name, statement)) return 'overLimit';
  const number = context.numberOf(member);
  if (number !== -1) markRestated(statement, number, context);
  context.marked(member);
  return 'stated';
}

/** What was said of a statement under an earlier index holds for it under its present one. */
function markRestated(statement: RangeStatement, member: number, context: FoldContext): void {
  const { restated, quarantined } = context.member(member);
  for (const [index, { target, earlier }] of restated.all()) {
    if (!earlier.some((one) => one.wasHeld && isInRanges([rangeOf(statement)], one.index))) continue;
    if (statement.kind === 'statements.struck') context.holdings.overrule(target, { member, index });
    else context.holdings.confirm(target, { member, index });
    quarantined.delete(index);
  }
}

/** The entry that a statement ends, or undefined where there can be none of that name. */
function namedBy({ ends }: DeviceReleased | GateRestored, context: FoldContext): EntryPlace | undefined {
  const member = context.numberOf(ends.member);
  return member === -1 || ends.index >= LOG_SIZE_MAX ? undefined : { member, index: ends.index };
}
