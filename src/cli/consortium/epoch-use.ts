import { systemClock } from '../../base/clock.ts';
import type { ChangeOf } from '../../governance/change.ts';
import { readRestating } from '../../node/restating-file.ts';
import { counted } from '../text.ts';
import { ConsortiumCommandError } from './place.ts';

/** What a node saw longer ago is not relied on. */
const SEEN_MS_MAX = 10 * 60_000;

/** How a member's log rests on an epoch, as this member's own node sees it. */
export interface EpochUse {
  /** Entries of the log that this speaks of. */
  readonly size: number;
  readonly inForce: number;
  readonly undecided: number;
  readonly unreadable: number;
  /** What states something anew lies below this size: an end that names less loses it. */
  readonly restatedBelow: number;
}

/** By member; undefined where the node of this data folder has not looked in the last minutes. */
export async function restatingSeen(root: string, number: number): Promise<ReadonlyMap<string, EpochUse> | undefined> {
  const seen = await readRestating(root);
  if (seen === undefined || seen.epoch <= number || systemClock.nowMs() - seen.atMs > SEEN_MS_MAX) return undefined;
  const uses = Object.entries(seen.members).map(([member, { inForce, ...use }]) => {
    return [member, { ...use, inForce: inForce[number] ?? 0 }] as const;
  });
  return new Map(uses);
}

/** @throws ConsortiumCommandError EPOCH_IN_USE */
export function refuseInUse(number: number, member: string, { inForce, undecided, unreadable }: EpochUse): void {
  if (inForce + undecided + unreadable === 0) return;
  throw new ConsortiumCommandError({ code: 'EPOCH_IN_USE', number, member, inForce, undecided, unreadable });
}

/** What rests on an epoch of members that state nothing anew, as they are suspended or removed: it ends with the epoch. */
export function droppedWith(
  { restated }: Pick<ChangeOf<'epoch.ended'>, 'restated'>,
  seen: ReadonlyMap<string, EpochUse> = new Map(),
): { readonly member: string; readonly inForce: number }[] {
  const named: ReadonlyMap<string, number> = restated;
  return [...seen].flatMap(([member, { inForce }]) => (inForce > 0 && !named.has(member) ? [{ member, inForce }] : []));
}

/** @throws ConsortiumCommandError EPOCH_RESTATED_BEYOND */
function refuseTooLow(member: string, size: number, { restatedBelow }: EpochUse): void {
  if (size >= restatedBelow) return;
  throw new ConsortiumCommandError({ code: 'EPOCH_RESTATED_BEYOND', member, size, needed: restatedBelow });
}

/**
 * Holds the end of an epoch against what this member's node sees: nothing in force rests on the epoch, and all that was
 * stated anew lies below the sizes that the change names, as what lies beyond them is in force for nobody.
 * @returns what is lost, and what could not be checked, in words for the signer
 * @throws ConsortiumCommandError EPOCH_IN_USE, EPOCH_RESTATED_BEYOND
 */
export async function checkEnd({ number, restated }: ChangeOf<'epoch.ended'>, root: string): Promise<string[]> {
  const seen = await restatingSeen(root, number);
  const dropped = droppedWith({ restated }, seen).map(({ member, inForce }) => {
    return `LOST: ${counted(inForce, 'statement')} of ${member}, in force until now. Nobody states them anew.`;
  });
  const unchecked = [...restated].flatMap(([member, size]) => {
    const use = seen?.get(member);
    if (use !== undefined) refuseTooLow(member, size, use);
    if (use === undefined || use.size < size) {
      return [`NOT CHECKED: this member’s node has not seen the log of ${member} up to entry ${size}.`];
    }
    refuseInUse(number, member, use);
    return [];
  });
  return [...dropped, ...unchecked];
}
