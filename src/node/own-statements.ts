import type { OwnEntries } from '../desks/devices/past.ts';
import type { NodeParts } from './system.ts';

/**
 * How this member's own statements stand by the logs, for its desks. That standing does not hold one says nothing while
 * it does not rest on the newest governance, nor where an open epoch's key is not here: what is sealed there is not seen.
 */
export function ownStatements({ surroundings, logs }: NodeParts): Omit<OwnEntries, 'member'> {
  const { governance, self } = surroundings;
  const { epochs, governed, keeper } = logs;
  const isAllSeen = (): boolean => governed.size === governance.consortium.size && epochs.unread === undefined;
  return {
    pastOf: (kept) => {
      const past = keeper.standing.held.past(self.name, kept);
      return past === 'lapsed' && !isAllSeen() ? undefined : past;
    },
    standingOf: (index) => keeper.standing.held.standingOf(self.name, index),
  };
}
