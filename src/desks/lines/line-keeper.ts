import type { Log } from '../../base/log.ts';
import type { ImeiKey } from '../../identifiers/imei.ts';
import { LineBindings } from '../../standing/line-bindings.ts';
import { EXPOSED_LINES_MAX, type ExposedLists, type Line, LineStanding } from '../../standing/lines.ts';
import type { LineRow } from '../../store/lines/line-tables.ts';
import type { Store } from '../../store/store.ts';

/** Keeps how lines stand in memory level with the store: at the start, and after each decision. */
export class LineKeeper {
  readonly standing = new LineStanding();
  readonly bindings = new LineBindings();
  readonly #store: Store;
  #turn: Promise<void> = Promise.resolve();

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

  /** Takes a line as the store has it now. Calls take turns, so that none brings back an older state. */
  async level(msisdn: string): Promise<void> {
    const done = this.#turn.then(() => this.#levelNow(msisdn));
    this.#turn = done.catch(() => undefined);
    await done;
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

  async #levelNow(msisdn: string): Promise<void> {
    const row = await this.#store.read(({ lines }) => lines.find(msisdn));
    if (row !== undefined) this.#accept(row);
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
