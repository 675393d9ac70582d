import { join } from 'node:path';
import { CellDesk } from '../desks/cells/desk.ts';
import { cellRoutes } from '../portals/cells/cell-routes.ts';
import { exposedRoutes } from '../portals/cells/exposed-routes.ts';
import { recordRoutes } from '../portals/cells/record-routes.ts';
import { Archive } from '../records/archive/archive.ts';
import { findExposed } from '../records/archive/exposure.ts';
import { KnownCells } from '../records/archive/known-cells.ts';
import { recallAttaches } from '../records/archive/recalling.ts';
import { searchRecords } from '../records/archive/searching.ts';
import { RECENT_MS, RecentAttaches } from '../records/recent-attaches.ts';
import type { CellDistrust } from '../standing/cells.ts';
import type { ExposedLists } from '../standing/lines.ts';
import { CellWatch } from '../watchers/cells/cell-watch.ts';
import { CurrentExposure } from './current-exposure.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** What other systems of the node take from this one. Without an archive both are there, and stay empty. */
export interface CellSystem extends NodeSystem {
  /** Where lines were seen lately: for gates, in memory. */
  readonly recentAttaches: RecentAttaches;
  /** Whether the newest inventory has a cell, in memory; undefined where there is none. */
  readonly isInInventory?: (cell: string) => boolean | undefined;
  /** Who is on the newest version of any exposed list: in memory. */
  readonly exposedLists: ExposedLists;
}

/** Records in columns, the watch over cells, and the desk that distrusts cells and lists whom they exposed. */
export async function startCells(parts: NodeParts): Promise<CellSystem> {
  const { surroundings, store } = parts;
  const { config, clock } = surroundings;
  const recentAttaches = new RecentAttaches({}, { clock });
  const exposedLists = surroundings.stops.add(await CurrentExposure.load(store, surroundings), (part) => part.close());
  if (config.records?.archive === undefined) return { recentAttaches, exposedLists };
  const archive = await openArchive(parts);
  // Otherwise the payment gate would not know, after a restart, who is on a distrusted cell.
  const recalled = await recallAttaches(archive, { sinceMs: clock.nowMs() - RECENT_MS });
  for (const event of recalled) recentAttaches.add(event);
  const known = surroundings.stops.add(await KnownCells.open(archive, surroundings), (part) => part.close());
  const watch = startWatch(parts, archive);
  const desk = openDesk(parts, archive, exposedLists);
  const { decisions } = parts;
  const routes = [
    cellRoutes({ desk, decisions, ...(watch !== undefined && { watch }) }),
    exposedRoutes({ desk }),
    recordRoutes({
      decisions,
      clock,
      countryCode: config.countryCode,
      deliver: async (events) => {
        // The gate's memory first: it need not wait for the disk.
        for (const event of events) recentAttaches.add(event);
        await archive.append(events);
      },
      search: (search) => searchRecords(archive, search),
    }),
  ];
  return { recentAttaches, exposedLists, isInInventory: (cell) => known.has(cell), routes };
}

async function openArchive({ surroundings }: NodeParts): Promise<Archive> {
  const { config, folder, clock, log, stops } = surroundings;
  const settings = config.records!.archive!;
  const root = settings.folder ?? archiveRoot(folder.records);
  return stops.add(await Archive.open(root, settings, { clock, log }), (part) => part.close());
}

/** Where the archive is when the configuration does not say. */
export function archiveRoot(recordsFolder: string): string {
  return join(recordsFolder, 'archive');
}

function startWatch({ surroundings, store }: NodeParts, archive: Archive): CellWatch | undefined {
  const { config, clock, log, stops } = surroundings;
  const settings = config.watchers?.cells;
  if (settings === undefined) return undefined;
  const watch = stops.add(new CellWatch(settings, { archive, store, clock, log }), (part) => part.close());
  watch.start();
  return watch;
}

function openDesk({ surroundings, logs, decisions }: NodeParts, archive: Archive, lists: CurrentExposure): CellDesk {
  const { clock } = surroundings;
  const distrusts = async (): Promise<CellDistrust[]> => {
    // What this desk has just stated is in the log, and perhaps not yet in standing.
    await logs.keeper.level();
    return [...logs.keeper.standing.books.cells.all()];
  };
  return new CellDesk({
    decisions,
    clock,
    distrusts,
    findExposed: (windows) => findExposed(archive, windows),
    onExposedList: () => void lists.refresh(),
  });
}
