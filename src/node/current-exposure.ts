import type { Log } from '../base/log.ts';
import { listNumber } from '../desks/cells/exposed-lists.ts';
import type { ExposedLine, ExposedLists } from '../standing/lines.ts';
import type { Store } from '../store/store.ts';

/** How often it is looked whether there is a version that is not in memory: the desk's word of it may have been lost. */
export const EXPOSURE_LOOK_MS = 10_000;

/** The newest version of every list, in memory. */
export class CurrentExposure implements ExposedLists {
  readonly #store: Store;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #lines: readonly ExposedLine[] = [];
  /** Which versions these are. */
  #versions = '[]';
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Reads the lists, and from now on each version that comes after them. @throws StoreError */
  static async load(store: Store, { log }: { log: Log }): Promise<CurrentExposure> {
    const lists = new CurrentExposure(store, log);
    await lists.#read();
    lists.#timer = setInterval(() => void lists.refresh(), EXPOSURE_LOOK_MS).unref();
    return lists;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  currentLines(): readonly ExposedLine[] {
    return this.#lines;
  }

  onExposedList(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what is newer, and tells who listens. What cannot be read is read at the next look. */
  refresh(): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#read())
      .catch((cause: unknown) => this.#log.warn({ cause: String(cause) }, 'new exposed lists are not in memory yet'));
    return this.#turn;
  }

  async #read(): Promise<void> {
    const found = await this.#store.read(async ({ exposedLists }) => {
      const versions = JSON.stringify(await exposedLists.newestVersions());
      return versions === this.#versions ? undefined : { versions, rows: await exposedLists.currentLines() };
    });
    if (found === undefined) return;
    this.#lines = found.rows.map(({ msisdn, imsi, listId }) => ({ msisdn, imsi, list: listNumber(listId) }));
    this.#versions = found.versions;
    for (const listener of this.#listeners) listener();
  }
}
