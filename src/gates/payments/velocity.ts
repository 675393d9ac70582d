/** Payments that are remembered; the oldest is forgotten first. At 400 a second that is some 40 minutes. */
export const PAYMENTS_REMEMBERED_MAX = 1_000_000;

/** One payment as far as counting goes. */
export interface PaymentSight {
  readonly atMs: number;
  readonly msisdn: string;
  /** Where the line was served; null where nobody knew. */
  readonly cell: string | null;
}

/** Counts payments by line and payers by cell within a window, in memory. */
export class Velocity {
  readonly #windowMs: number;
  readonly #rememberedMax: number;
  readonly #byLine = new Map<string, PaymentSight[]>();
  readonly #byCell = new Map<string, PaymentSight[]>();
  readonly #queue: PaymentSight[] = [];
  #first = 0;

  /** @param windowMs the longest that will be asked for */
  constructor({ windowMs, rememberedMax = PAYMENTS_REMEMBERED_MAX }: { windowMs: number; rememberedMax?: number }) {
    this.#windowMs = windowMs;
    this.#rememberedMax = rememberedMax;
  }

  get size(): number {
    return this.#queue.length - this.#first;
  }

  /** Takes one payment; they come in about the order of their times. */
  add(sight: PaymentSight): void {
    this.#forget(sight.atMs - this.#windowMs);
    while (this.size >= this.#rememberedMax) this.#dropFirst();
    this.#queue.push(sight);
    push(this.#byLine, sight.msisdn, sight);
    if (sight.cell !== null) push(this.#byCell, sight.cell, sight);
  }

  /** Payments of a line at `sinceMs` or later. */
  ofLine(msisdn: string, sinceMs: number): number {
    return (this.#byLine.get(msisdn) ?? []).filter(({ atMs }) => atMs >= sinceMs).length;
  }

  /** Lines that paid on a cell at `sinceMs` or later, `msisdn` counted among them. */
  payersOn(cell: string, msisdn: string, sinceMs: number): number {
    const sights = (this.#byCell.get(cell) ?? []).filter(({ atMs }) => atMs >= sinceMs);
    return new Set([msisdn, ...sights.map((sight) => sight.msisdn)]).size;
  }

  #forget(beforeMs: number): void {
    while (this.size > 0 && this.#queue[this.#first]!.atMs < beforeMs) this.#dropFirst();
  }

  #dropFirst(): void {
    const sight = this.#queue[this.#first++]!;
    drop(this.#byLine, sight.msisdn, sight);
    if (sight.cell !== null) drop(this.#byCell, sight.cell, sight);
    if (this.#first * 2 < this.#queue.length) return;
    // The front of the queue is cut off now and then, not one by one.
    this.#queue.splice(0, this.#first);
    this.#first = 0;
  }
}

function push(map: Map<string, PaymentSight[]>, key: string, sight: PaymentSight): void {
  const sights = map.get(key);
  if (sights === undefined) map.set(key, [sight]);
  else sights.push(sight);
}

function drop(map: Map<string, PaymentSight[]>, key: string, sight: PaymentSight): void {
  const sights = map.get(key);
  const place = sights?.indexOf(sight) ?? -1;
  if (sights === undefined || place === -1) return;
  // What is dropped is the oldest, so it stands first or nearly so.
  sights.splice(place, 1);
  if (sights.length === 0) map.delete(key);
}
