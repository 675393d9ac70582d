import type { DeviceTarget } from '../identifiers/device-target.ts';
import type { DeviceListed, DevicePaired, GateOpened } from '../statements/statement.ts';
import { type FoldContext, type FoldOutcome, type HeldMarks, isOverruledAhead } from './fold.ts';
import { isInAny } from './marks.ts';
import type { EntryPlace } from './releases-ahead.ts';
import { EARLIER_INDEXES_MAX, type EarlierIndex, type Restated } from './restated.ts';

/*
 * When an epoch ends, members state anew what they still hold, so that the old epoch's key can be destroyed. Such a
 * statement takes the place of the old one and of all that was said about it. It is free, since nothing is added.
 *
 * Who cannot open the old one cannot see that nothing is added. There, the new one is held back until a register or
 * regulator confirms the range: else a thief could state anything by naming what nobody can read. What stands below the
 * size that governance named when it ended the epoch was compared by those who signed that: it is in force as it stands.
 */

interface Restatement<Statement> {
  readonly statement: Statement;
  readonly continues: number;
}

/** @returns `new` where it is to be taken as any other statement, and the old one has ended */
export function restate(
  { statement, continues }: Restatement<DeviceListed>,
  entry: EntryPlace,
  context: FoldContext,
): FoldOutcome | 'new' {
  const { holdings } = context;
  const own = context.member(entry.member);
  const old = { member: entry.member, index: own.restated.resolve(continues, true) };
  const held = continues < entry.index ? holdings.marksOf(statement, old) : undefined;
  if (held === undefined) {
    const isVerified = context.isVerified(entry);
    return holdUnseen({ statement, continues }, entry, { context, isVerified });
  }
  const earlier = [...own.restated.earlier(old.index), { index: old.index, wasHeld: true }];
  own.quarantined.delete(old.index);
  if (earlier.length > EARLIER_INDEXES_MAX) {
    holdings.end(statement.target, old);
    own.restated.drop(old.index);
    return 'new';
  }
  const marks = marksOf(statement.target, entry, { held, earlier, context });
  holdings.renew(statement, old, { ...marks, index: entry.index });
  own.restated.move({ from: old.index, to: entry.index, target: statement.target }, true);
  if (marks.quarantined && !marks.overruled) own.quarantined.add(entry.index);
  return marks.quarantined ? 'quarantined' : 'stated';
}

/** @returns false where the old one is not held: it is to be taken as any other pairing */
export function restatePairing(
  { statement, continues }: Restatement<DevicePaired>,
  entry: EntryPlace,
  context: FoldContext,
): boolean {
  const { restatedPairings: restated } = context.member(entry.member);
  const old = { member: entry.member, index: restated.resolve(continues, true) };
  const held = continues < entry.index ? context.holdings.marksOf(statement, old) : undefined;
  if (held === undefined && context.isVerified(entry)) return pairUnseen({ statement, continues }, entry, context);
  if (held === undefined || restated.earlier(old.index).length >= EARLIER_INDEXES_MAX) return false;
  const target: DeviceTarget = { kind: 'imei', imei: statement.imei };
  const overruled = held.overruled || isOverruledAhead(target, entry, context);
  context.holdings.renew(statement, old, { overruled, quarantined: false, index: entry.index });
  restated.move({ from: old.index, to: entry.index, target }, true);
  return true;
}

/**
 * An emergency override goes on under another index. One that was closed is not opened again: whether it was, is not to
 * be seen where the old one is sealed, and then governance has vouched for it.
 */
export function restateOpened(
  { statement, continues }: Restatement<GateOpened>,
  entry: EntryPlace,
  context: FoldContext,
): FoldOutcome {
  const { holdings } = context;
  const { restated } = context.member(entry.member);
  const old = { member: entry.member, index: restated.present(continues) };
  if (continues < entry.index && holdings.marksOf(statement, old) !== undefined) {
    holdings.renew(statement, old, { overruled: false, quarantined: false, index: entry.index });
    restated.link(old.index, entry.index);
    return 'stated';
  }
  if (!context.isVerified(entry)) return 'ineffective';
  if (!holdings.hasRoom(statement, entry.member)) return 'overLimit';
  holdings.hold(statement, entry, { overruled: false, quarantined: false });
  restated.link(continues, entry.index);
  return 'stated';
}

/** What it continues is not held here. */
function holdUnseen(
  { statement, continues }: Restatement<DeviceListed>,
  entry: EntryPlace,
  { context, isVerified }: { context: FoldContext; isVerified: boolean },
): FoldOutcome {
  const { holdings } = context;
  const own = context.member(entry.member);
  const { target } = statement;
  if (!holdings.hasRoom(statement, entry.member)) return 'overLimit';
  const { struck } = context.marks.of(own.name);
  const overruled = isOverruledAhead(target, entry, context) || (isVerified && isInAny(struck, [continues]));
  holdings.hold(statement, entry, { overruled, quarantined: !isVerified });
  if (!isVerified && !overruled) own.quarantined.add(entry.index);
  nameAnew({ target, continues }, entry, { restated: own.restated, wasHeld: isVerified });
  return isVerified ? 'stated' : 'quarantined';
}

/** @returns false where it is to be taken as any other pairing */
function pairUnseen(
  { statement, continues }: Restatement<DevicePaired>,
  entry: EntryPlace,
  context: FoldContext,
): boolean {
  if (!context.holdings.hasRoom(statement, entry.member)) return false;
  const target: DeviceTarget = { kind: 'imei', imei: statement.imei };
  context.holdings.hold(statement, entry, { overruled: isOverruledAhead(target, entry, context), quarantined: false });
  nameAnew({ target, continues }, entry, { restated: context.member(entry.member).restatedPairings, wasHeld: true });
  return true;
}

function nameAnew(
  { target, continues }: { target: DeviceTarget; continues: number },
  entry: EntryPlace,
  { restated, wasHeld }: { restated: Restated; wasHeld: boolean },
): void {
  const isFree = !restated.has(continues) && restated.earlier(continues).length === 0;
  if (continues < entry.index && isFree) restated.move({ from: continues, to: entry.index, target }, wasHeld);
}

function marksOf(
  target: DeviceTarget,
  entry: EntryPlace,
  { held, earlier, context }: { held: HeldMarks; earlier: readonly EarlierIndex[]; context: FoldContext },
): HeldMarks {
  const { confirmed, struck } = context.marks.of(context.member(entry.member).name);
  const indexes = earlier.filter(({ wasHeld }) => wasHeld).map(({ index }) => index);
  return {
    overruled: held.overruled || isInAny(struck, indexes) || isOverruledAhead(target, entry, context),
    quarantined: held.quarantined && !isInAny(confirmed, indexes),
  };
}
