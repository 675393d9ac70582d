import { Fault } from '../base/fault.ts';
import { QuarantineDesk } from '../desks/quarantine/desk.ts';
import type { LoggedEntry } from '../desks/quarantine/logged.ts';
import { isActive } from '../governance/consortium.ts';
import { quarantineRoutes } from '../portals/quarantine/quarantine-routes.ts';
import { decodeEntry } from '../ledger/entry.ts';
import type { KeyOf } from '../sealing/seal.ts';
import { openStatement } from '../statements/codec.ts';
import type { NodeLogs } from './logs.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** Every member's node has the desk: what it may do there its role says. */
export function startQuarantineDesk({ surroundings, logs, decisions }: NodeParts): NodeSystem {
  const { governance, self } = surroundings;
  const { standing } = logs.keeper;
  // Who was admitted a moment ago is not folded yet.
  const isFolded = (name: string): boolean => name === self.name || logs.followers.of(name) !== undefined;
  const desk = new QuarantineDesk({
    decisions,
    logs: {
      members: () =>
        governance.consortium.members
          .filter(({ name }) => isFolded(name))
          .map((member) => ({ name: member.name, roles: member.roles, isActive: isActive(member) })),
      size: (member) => standing.foldedSize(member),
      entries: (member, from, to) => openedEntries(logs, self.name, { member, from, to }),
      times: (member, from, to) => entryTimes(logs, self.name, { member, from, to }),
      quarantined: (member) => standing.quarantine.ranges(member),
      restriction: (member, index, statement) => standing.quarantine.restriction(member, index, statement),
    },
  });
  return { routes: [quarantineRoutes({ desk })] };
}

interface Wanted {
  readonly member: string;
  readonly from: number;
  readonly to: number;
}

async function* openedEntries(logs: NodeLogs, self: string, wanted: Wanted): AsyncGenerator<LoggedEntry> {
  for await (const { index, bytes } of entriesOf(logs, self, wanted)) {
    yield opened(bytes, index, logs.epochs.keys.keyOf);
  }
}

async function* entryTimes(
  logs: NodeLogs,
  self: string,
  wanted: Wanted,
): AsyncGenerator<Pick<LoggedEntry, 'index' | 'timeMs'>> {
  for await (const { index, bytes } of entriesOf(logs, self, wanted)) yield { index, timeMs: timeOf(bytes) };
}

async function* entriesOf(
  { sharedLog, followers }: NodeLogs,
  self: string,
  { member, from, to }: Wanted,
): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  if (from >= to) return;
  const batches = member === self ? sharedLog.readEntries(from, to) : followers.entries(member, from, to);
  for await (const { firstIndex, entries } of batches) {
    for (const [at, bytes] of entries.entries()) yield { index: firstIndex + at, bytes };
  }
}

function timeOf(bytes: Uint8Array): number | undefined {
  try {
    return decodeEntry(bytes).timeMs;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return undefined;
  }
}

/** An entry that is none was skipped by standing: here it is one that cannot be read. */
function opened(bytes: Uint8Array, index: number, keyOf: KeyOf): LoggedEntry {
  try {
    const { timeMs, statement, continues } = openStatement(bytes, keyOf);
    return { index, timeMs, statement, ...(continues !== undefined && { continues }) };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return { index, timeMs: undefined, statement: undefined };
  }
}
