import { type ImeiKey, imeiText } from '../../identifiers/imei.ts';
import type { Random } from '../../base/seeded-random.ts';

/** GSMA TS.06 sets TACs aside for test equipment, which no shop sells: 00 10 17 xx. */
const TEST_TAC = 101_700;
const SERIALS = 1_000_000;
/** As many as there are test TACs of this kind. */
const TACS = 100;

/** Phones that are nobody's, a new one each time: 15 digits. */
export class Phones {
  #next: number;

  constructor(random: Random) {
    this.#next = Math.floor(random() * TACS * SERIALS);
  }

  next(): string {
    const number = this.#next++ % (TACS * SERIALS);
    return imeiText((TEST_TAC * SERIALS + number) as ImeiKey);
  }
}
