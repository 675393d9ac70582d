import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Archive } from './archive.ts';

/** Cells of an inventory that are held in memory: an operator has some hundred thousand. */
export const KNOWN_CELLS_MAX = 5_000_000;
/** How often it is looked whether there is a newer inventory. */
const REFRESH_INTERVAL_MS = 10_000;

/** The newest inventory's cells in memory, for gates that wait for no disk. */
export class KnownCells {
  readonly #archive: Archive;
  readonly #log: Log;
  #cells: ReadonlySet<string> | undefined;
  #newest = '';
  #timer: NodeJS.Timeout | undefined;

  private constructor(archive: Archive, log: Log) {
    this.#archive = archive;
    this.#log = log;
  }

  /** Reads the newest inventory, and each that comes after it. One that cannot be read leaves the last one in place. */
  static async open(archive: Archive, { log }: { log: Log }): Promise<KnownCells> {
    const cells = new KnownCells(archive, log);
    await cells.refresh();
    cells.#timer = setInterval(() => void cells.refresh(), REFRESH_INTERVAL_MS).unref();
    return cells;
  }

  /** Whether the inventory has a cell; undefined where there is no inventory. */
  has(cell: string): boolean | undefined {
    return this.#cells?.has(cell);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Takes the newest inventory, where there is one that was not taken. */
  async refresh(): Promise<void> {
    try {
      const newest = (await this.#archive.inventories()).at(-1);
      if (newest === undefined || newest.sha256 === this.#newest) return;
      this.#cells = await this.#read();
      this.#newest = newest.sha256;
    } catch (error) {
      const code = error instanceof Fault ? (error as Fault).facts.code : 'unknown';
      this.#log.warn({ reason: code }, 'the newest inventory of cells is not known to the gates');
    }
  }

  #read(): Promise<ReadonlySet<string>> {
    const search = { kind: 'inventory', inventory: 'newest', whole: true } as const;
    return this.#archive.search(search, async (session, { table }) => {
      const rows = await session.rows<{ cell: string }>(
        `select distinct cell from ${table} limit ${KNOWN_CELLS_MAX + 1}`,
        {},
      );
      if (rows.length > KNOWN_CELLS_MAX) {
        this.#log.error({ cellsMax: KNOWN_CELLS_MAX }, 'the inventory has more cells than the gates hold');
      }
      return new Set(rows.map(({ cell }) => cell));
    });
  }
}
