import { bitCount } from '../../texts/bit-count.ts';

/** Fingerprints held: 16 octets each, and an entry of a map. */
export const SHAPES_MAX = 200_000;

export interface Shape {
  readonly fingerprint: string;
  readonly campaignId: number;
}

/** A shape that is near to what was asked for, and by how many bits it differs. */
export interface NearShape extends Shape {
  readonly bits: number;
}

/**
 * The fingerprints that campaigns are known by, in memory. Near ones are found by looking at all: sorting by bands of
 * bits leaves nothing out only with so many bands or so wide a search in each that more would be looked at, not less.
 */
export class ShapeIndex {
  #high = new Int32Array(1_024);
  #low = new Int32Array(1_024);
  readonly #shapes: { readonly fingerprint: string; campaignId: number }[] = [];
  readonly #exact = new Map<string, number>();

  get size(): number {
    return this.#shapes.length;
  }

  get isFull(): boolean {
    return this.size >= SHAPES_MAX;
  }

  /** The campaign that has exactly this fingerprint. */
  find(fingerprint: string): number | undefined {
    const place = this.#exact.get(fingerprint);
    return place === undefined ? undefined : this.#shapes[place]!.campaignId;
  }

  /** Where it is full, or holds the fingerprint, it changes nothing. @returns whether it was added */
  add({ fingerprint, campaignId }: Shape): boolean {
    if (this.isFull || this.#exact.has(fingerprint)) return false;
    const place = this.size;
    if (place === this.#high.length) this.#widen();
    this.#high[place] = Number.parseInt(fingerprint.slice(0, 8), 16);
    this.#low[place] = Number.parseInt(fingerprint.slice(8), 16);
    this.#shapes.push({ fingerprint, campaignId });
    this.#exact.set(fingerprint, place);
    return true;
  }

  /** All that differ in so many bits at most, the nearest first. */
  near(fingerprint: string, bitsMax: number): NearShape[] {
    const high = Number.parseInt(fingerprint.slice(0, 8), 16) | 0;
    const low = Number.parseInt(fingerprint.slice(8), 16) | 0;
    const found: NearShape[] = [];
    for (let place = 0; place < this.size; place++) {
      const bits = bitCount(this.#high[place]! ^ high) + bitCount(this.#low[place]! ^ low);
      if (bits <= bitsMax) found.push({ ...this.#shapes[place]!, bits });
    }
    return found.sort((one, other) => one.bits - other.bits);
  }

  /** Makes one campaign's shapes another's. */
  move(from: number, to: number): void {
    for (const shape of this.#shapes) if (shape.campaignId === from) shape.campaignId = to;
  }

  #widen(): void {
    const [high, low] = [this.#high, this.#low];
    this.#high = new Int32Array(high.length * 2);
    this.#low = new Int32Array(low.length * 2);
    this.#high.set(high);
    this.#low.set(low);
  }
}
