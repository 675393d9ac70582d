import type { Clock } from '../../base/clock.ts';
import { cellText } from '../../identifiers/cell.ts';
import type { CellWindow, ExposedSubscriber } from '../../records/archive/exposure.ts';
import type { CellDistrust } from '../../standing/cells.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import { headText, lineText } from './canonical-list.ts';
import { CellDeskError } from './cell-desk-fault.ts';
import { type CellAnswer, clear, distrust, type DistrustForm, readCell, readDistrust } from './distrusting.ts';
import {
  type ExposedForm,
  findList,
  findVersion,
  headOf,
  listNumber,
  makeVersion,
  readItems,
  versionView,
  type VersionView,
} from './exposed-lists.ts';
import { lineOfRow, type StatedWindow } from './exposed-version.ts';
import { type DistrustView, distrustView, type FindingView, findingView, timeText } from './views.ts';

/** Rows in one page of statements, findings or lists. */
export const PAGE_SIZE_MAX = 500;
/** People in one page of a list. */
export const LINES_PAGE_SIZE_MAX = 5_000;

export interface CellDeskDependencies {
  readonly decisions: Decisions;
  readonly clock: Clock;
  /** What stands against cells now, this member's newest statements included. */
  readonly distrusts: () => Promise<readonly CellDistrust[]>;
  /** Everyone seen on these cells; it fails rather than leave somebody out. */
  readonly findExposed: (windows: readonly CellWindow[]) => Promise<readonly ExposedSubscriber[]>;
  /** Told of each new version, after it is sealed. */
  readonly onExposedList: (version: VersionView) => void;
}

export interface ListView {
  readonly list: string;
  readonly title: string;
  readonly createdAt: string;
  readonly createdBy: string;
  /** The first one first. */
  readonly versions: readonly VersionView[];
}

/** One page of the canonical file. */
export interface FilePage {
  readonly sha256: string;
  readonly size: number;
  /** Each ends in a line feed in the file. */
  readonly lines: readonly string[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: number;
}

/**
 * Where a member's people say that a cell is not to be trusted, and find out whom that exposed. Who may ask what is the
 * portal's to decide; whoever looks at people stands in the journal.
 */
export class CellDesk {
  readonly #dependencies: CellDeskDependencies;
  readonly #decisions: Decisions;

  constructor(dependencies: CellDeskDependencies) {
    this.#dependencies = dependencies;
    this.#decisions = dependencies.decisions;
  }

  /** @throws CellDeskError, FormError, DecisionError, StoreError */
  async distrust(form: DistrustForm, request: DeskRequest): Promise<CellAnswer> {
    const read = readDistrust(form);
    return this.#decisions.decide(request, (decision) => distrust(decision, read));
  }

  /** Ends what this member states against a cell. @throws as `distrust` */
  async clear(text: string, form: { note?: string }, request: DeskRequest): Promise<CellAnswer> {
    const cell = readCell(text, 'cell');
    return this.#decisions.decide(request, (decision) => clear(decision, cell, form));
  }

  /** This member's statements against cells, the newest first. @throws CellDeskError CELL_MALFORMED */
  async distrusted({ cell, limit }: { cell?: string; limit: number }): Promise<DistrustView[]> {
    const of = cell === undefined ? {} : { cell: cellText(readCell(cell, 'cell')) };
    return this.#decisions.store.read(async ({ cellDistrusts, places }) => {
      const rows = await cellDistrusts.list({ ...of, limit: Math.min(limit, PAGE_SIZE_MAX) });
      const found = await places.of(rows.map(({ statementId }) => statementId));
      const indexes = new Map(found.map(({ statementId, logIndex }) => [statementId, logIndex]));
      return rows.map((row) => distrustView(row, this.#entry(indexes.get(row.statementId))));
    });
  }

  /** What the watcher of cells has found, the newest first. */
  findings({ withdrawn, limit }: { withdrawn: boolean; limit: number }): Promise<FindingView[]> {
    return this.#decisions.store.read(async ({ cellFindings }) => {
      const rows = await cellFindings.list({ withdrawn, limit: Math.min(limit, PAGE_SIZE_MAX) });
      return rows.map(findingView);
    });
  }

  /**
   * Makes a list of everyone seen on distrusted cells, or the next version of one.
   * @throws CellDeskError, FormError, ArchiveError RECORD_FILE_DAMAGED, DecisionError, StoreError
   */
  async makeList(form: ExposedForm, request: DeskRequest): Promise<VersionView> {
    readItems(form.items);
    const windows = await this.#windows(form.cells);
    const subscribers = await this.#dependencies.findExposed(windows);
    const made = await this.#decisions.decide<VersionView>(request, (decision) =>
      makeVersion(decision, form, { windows, subscribers }),
    );
    this.#dependencies.onExposedList(made);
    return made;
  }

  /** All lists with their versions, the newest list first, without anybody's number. */
  lists(): Promise<ListView[]> {
    return this.#decisions.store.read(async ({ exposedLists }) => {
      const views = [];
      for (const { id, title, createdMs, createdBy } of await exposedLists.lists(PAGE_SIZE_MAX)) {
        const versions = (await exposedLists.versions(id)).map((row) => versionView<never>(row));
        views.push({ list: listNumber(id), title, createdAt: timeText(createdMs), createdBy, versions });
      }
      return views;
    });
  }

  /** One version, or the newest, without anybody's number. @throws CellDeskError EXPOSED_LIST_UNKNOWN, EXPOSED_VERSION_UNKNOWN */
  version(list: string, version?: number): Promise<VersionView> {
    return this.#decisions.store.read(async (tables) => {
      const row = await findVersion(tables, list, version);
      const [place] = await tables.places.of([row.statementId]);
      return versionView(row, this.#entry(place?.logIndex));
    });
  }

  /**
   * A page of a version's people: all of them as the canonical file has them, or those who changed. The journal notes who
   * looked. @throws as `version`
   */
  people(
    list: string,
    { version, offset, limit, changes }: { version?: number; offset: number; limit: number; changes: boolean },
    request: DeskRequest,
  ): Promise<FilePage> {
    const count = Math.min(limit, LINES_PAGE_SIZE_MAX);
    const seen = {
      action: changes ? 'exposed-list.delta-shown' : 'exposed-list.shown',
      ground: { on: 'file', file: list },
      about: { list },
      found: (page: FilePage & { version: number }) => ({ version: page.version, people: page.lines.length }),
    } as const;
    return this.#decisions.lookUp(request, seen, async (tables) => {
      const row = await findVersion(tables, list, version);
      const page = { offset, limit: count + 1, changes };
      const rows = await tables.exposedLists.rowsOf(await findList(tables, list), row.version, page);
      const lines = rows.slice(0, count).map((line) => lineText(lineOfRow(line)));
      const head = offset === 0 && !changes ? [headText(headOf(row))] : [];
      return {
        version: row.version,
        sha256: row.sha256,
        size: row.size,
        lines: [...head, ...lines],
        ...(rows.length > count && { next: offset + count }),
      };
    });
  }

  /** @throws CellDeskError CELLS_NONE_DISTRUSTED, CELL_NOT_DISTRUSTED */
  async #windows(cells: readonly string[] | undefined): Promise<StatedWindow[]> {
    const wanted = cells?.map((cell, place) => cellText(readCell(cell, `cells[${place}]`)));
    const all = await this.#dependencies.distrusts();
    const missing = wanted?.find((cell) => !all.some((distrust) => distrust.cell === cell));
    if (missing !== undefined) throw new CellDeskError({ code: 'CELL_NOT_DISTRUSTED', cell: missing });
    const chosen = all.filter(({ cell }) => wanted?.includes(cell) ?? true);
    if (chosen.length === 0) throw new CellDeskError({ code: 'CELLS_NONE_DISTRUSTED' });
    const nowMs = this.#dependencies.clock.nowMs();
    return chosen
      .map(({ cell, fromMs, toMs, entry }) => ({ cell, fromMs, toMs: Math.min(toMs ?? nowMs, nowMs), entry }))
      .filter(({ fromMs, toMs }) => fromMs < toMs)
      .sort(byCellAndTime);
  }

  #entry(index: number | null | undefined): { member: string; index: number } | undefined {
    return typeof index === 'number' ? { member: this.#decisions.member, index } : undefined;
  }
}

function byCellAndTime(one: StatedWindow, other: StatedWindow): number {
  if (one.cell !== other.cell) return one.cell < other.cell ? -1 : 1;
  return one.fromMs - other.fromMs || one.entry.index - other.entry.index;
}
