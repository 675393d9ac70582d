import { join } from 'node:path';
import { clocksKept, exposedMadeWhole } from './incident-measures.ts';
import { PledgesDesk } from '../desks/pledges/desk.ts';
import type { Measured, Measures, Span } from '../desks/pledges/measures.ts';
import type { LogState } from '../desks/pledges/report.ts';
import { reportToRefusal } from '../desks/pledges/report-to-refusal.ts';
import { TreeReader } from '../ledger/reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { pledgeRoutes } from '../portals/pledges/pledge-routes.ts';
import { readRecords } from '../records/record-reader.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** What the node's other systems can say about pledges. */
export interface PledgeNeighbours {
  /** Whether this node has an incident desk. */
  readonly hasIncidents: boolean;
}

/** The report on what this member has promised, where the configuration has a catalogue. */
export async function startPledges(parts: NodeParts, neighbours: PledgeNeighbours): Promise<NodeSystem> {
  const { surroundings, decisions } = parts;
  const { config, clock } = surroundings;
  if (config.pledges === undefined) return {};
  const desk = new PledgesDesk(config.pledges, {
    decisions,
    clock,
    measures: measuresOf(parts, neighbours),
    logStates: () => logStates(parts),
  });
  // A catalogue that cannot be read is found now, and not at the end of a quarter.
  await desk.catalogue();
  return { routes: [pledgeRoutes({ desk })] };
}

function measuresOf(parts: NodeParts, { hasIncidents }: PledgeNeighbours): Measures {
  const { config, folder, members } = parts.surroundings;
  const { store } = parts;
  return {
    ...(config.gates.equipment !== undefined && {
      'report-to-refusal': (span: Span) =>
        reportToRefusal(span, {
          read: (work) => store.read(work),
          readRecords: (query) => readRecords({ folder: folder.records, ...query }),
        }),
    }),
    ...(members.some(({ roles }) => roles.includes('certifier')) && {
      'spam-suspended': (span: Span) => Promise.resolve(spamSuspended(span, parts)),
    }),
    ...(hasIncidents && {
      'clocks-kept': (span: Span) => store.read((tables) => clocksKept(span, tables)),
      'exposed-made-whole': (span: Span) => store.read((tables) => exposedMadeWhole(span, tables)),
    }),
  };
}

/** Firms that a certifier suspended for spam: from the certifiers' logs, as this node has verified them. */
function spamSuspended({ fromMs, toMs }: Span, { logs }: NodeParts): Measured {
  const suspended = new Set<string>();
  let suspensions = 0;
  for (const { statement, timeMs } of logs.keeper.standing.books.entries()) {
    if (statement.kind !== 'sender.suspended' || statement.reason !== 'spam') continue;
    if (timeMs < fromMs || timeMs >= toMs) continue;
    suspensions++;
    suspended.add(statement.certificate);
  }
  return {
    state: 'measured',
    value: suspended.size,
    unit: 'firms',
    counts: { suspensions },
    means: 'firms whose certificate was suspended for spam in the quarter, by any certifier of the consortium',
  };
}

/** Every log on this node's disk, as far as it is verified. */
async function logStates({ surroundings, logs }: NodeParts): Promise<LogState[]> {
  const { folder, members, self } = surroundings;
  const { sharedLog, ownLog, followers } = logs;
  const own = [
    { log: `${self.name} shared`, written: sharedLog },
    { log: `${self.name} own`, written: ownLog },
  ];
  const states: LogState[] = [];
  for (const { log, written } of own) {
    const { size } = written;
    states.push({ log, size, root: (await written.rootAt(size)).toString('hex') });
  }
  for (const { name } of members.filter((member) => member.name !== self.name)) {
    const { size } = followers.state(name);
    if (size === 0) continue;
    const root = await new TreeReader(new FolderSource(join(folder.mirrors, name)), size).root(size);
    states.push({ log: `${name} shared, as copied here`, size, root: root.toString('hex') });
  }
  return states;
}
