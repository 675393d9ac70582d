import type { StatementKind } from './statement.ts';

/**
 * Whether a kind lets something through, or makes it harder to stop: what does so is given word by word, so that a new
 * kind does not compile until somebody has thought about it.
 */
const PERMITS: Readonly<Record<StatementKind, boolean>> = {
  'device.blocked': false,
  'device.tracked': false,
  'device.released': true,
  'device.paired': true,
  'gate.opened': false, // of the issuer's own gates alone
  'gate.restored': false,
  'sender.certified': true,
  'sender.rate-limited': false,
  'sender.suspended': false,
  'sender.reinstated': true,
  'sender.cancelled': false,
  'number.registered': true,
  'number.withdrawn': false,
  'cell.distrusted': false,
  'cell.cleared': true,
  'statements.confirmed': false,
  'statements.struck': true,
  'log.anchored': false, // tells of the log, and of nothing in it
};

/** What restricts acts at once; what permits waits until a quorum of witnesses has seen the log so far. */
export function permits(kind: StatementKind): boolean {
  return PERMITS[kind];
}
