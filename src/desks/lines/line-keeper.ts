import type { Log } from '../../base/log.ts';
import type { ImeiKey } from '../../identifiers/imei.ts';
import { LineBindings } from '../../standing/line-bindings.ts';
import { EXPOSED_LINES_MAX, type ExposedLists, type Line, LineStanding } from '../../standing/lines.ts';
import type { LineRow } from '../../store/lines/line-tables.ts';
import { StoreError } from '../../store/store-fault.ts';
import type { Store } from '../../store/store.ts';

/** Lines that may have changed while the store was away. While so many wait for it, the desk changes no more. */
export const LINES_BEHIND_MAX = 1_000;
/** How soon a line that could not be read is read again. */
export const LEVEL_AGAIN_MS = 5_000;

/** Keeps how lines stand in memory level with the store: at the start, and after each decision. */
export class LineKeeper {
  readonly standing = new LineStanding();
  readonly bindings = new LineBindings();
  readonly #store: Store;
  /** What may have changed in the store and is not in memory yet. */
  readonly #behind = new Set<string>();
  #turn: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Loads every line: a gate must know all of them before it answers. @throws BindingsError, StoreError */
  static async open(store: Store): Promise<LineKeeper> {
    const keeper = new LineKeeper(store);
    await store.read(async ({ lines }) => {
      for await (const rows of lines.all()) for (const row of rows) keeper.#accept(row);
    });
    return keeper;
  }

  /**
   * Takes a line as the store has it now, and whichever could not be read before. Calls take turns, so that none brings
   * back an older state. @throws StoreError; the line is then read again until it was
   */
  async level(msisdn: string): Promise<void> {
    this.#behind.add(msisdn);
    await this.#catchUp();
  }

  /** @throws StoreError STORE_UNAVAILABLE where LINES_BEHIND_MAX lines wait for the store */
  requireRoom(): void {
    if (this.#behind.size >= LINES_BEHIND_MAX) throw new StoreError({ code: 'STORE_UNAVAILABLE' });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
  }

  /** Takes the exposed lists as they are, and each time that they change. @returns how to stop that */
  follow(lists: ExposedLists, { log }: { log: Log }): () => void {
    const take = (): void => {
      const leftOut = this.standing.acceptExposed(lists.currentLines());
      if (leftOut > 0) {
        log.error({ leftOut, linesMax: EXPOSED_LINES_MAX }, 'not all exposed lines are known to the payment gate');
      }
    };
    take();
    return lists.onExposedList(take);
  }

  #catchUp(): Promise<void> {
    const done = this.#turn.then(() => this.#levelNow());
    this.#turn = done.catch(() => this.#catchUpLater());
    return done;
  }

  #catchUpLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#catchUp().catch(() => undefined), LEVEL_AGAIN_MS).unref();
  }

  async #levelNow(): Promise<void> {
    for (const msisdn of this.#behind) {
      // Before it is read: whoever changes it meanwhile has it read once more.
      this.#behind.delete(msisdn);
      try {
        const row = await this.#store.read(({ lines }) => lines.find(msisdn));
        if (row !== undefined) this.#accept(row);
      } catch (cause) {
        this.#behind.add(msisdn);
        throw cause;
      }
    }
  }

  #accept(row: LineRow): void {
    const before = this.standing.find(row.msisdn);
    const line = lineOf(row);
    if (line.boundImei !== undefined) this.bindings.bind(line.imsi!, line.boundImei);
    const isStillBound = line.boundImei !== undefined && line.imsi === before?.imsi;
    if (before?.boundImei !== undefined && !isStillBound) this.bindings.unbind(before.imsi!);
    const isPriority = line.priority && line.imsi !== undefined;
    if (isPriority) this.bindings.prioritise(line.imsi);
    if (before?.priority === true && before.imsi !== undefined && !(isPriority && line.imsi === before.imsi)) {
      this.bindings.endPriority(before.imsi);
    }
    this.standing.accept(line);
  }
}

function lineOf({ msisdn, imsi, boundImei, paymentsBlockedMs, priorityMs }: LineRow): Line {
  return {
    msisdn,
    ...(imsi !== null && { imsi }),
    ...(boundImei !== null && { boundImei: boundImei as ImeiKey }),
    paymentsBlocked: paymentsBlockedMs !== null,
    priority: priorityMs !== null,
  };
}
