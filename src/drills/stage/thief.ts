import { type ImeiKey, imeiText, SERIALS_PER_TAC, type Tac } from '../../identifiers/imei.ts';
import type { DeviceTarget } from '../../identifiers/device-target.ts';
import type { Written } from './pen.ts';
import type { Random } from '../../base/seeded-random.ts';

/** Test equipment again, of other TACs than the phones of the desks: 00 10 18 xx. */
const FIRST_TAC = 101_800;
const TACS = 100;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RANGES = [40, 1_000];
/** Of a whole TAC so many phones are asked about. */
const ASKED_OF_TAC = 200;
/** He goes on to the next hour after so many. */
const EACH_HOUR = 40;

/** What a thief states, and the phones that this is about. */
export interface Loot {
  readonly written: readonly Written[];
  /** 15 digits each; of a whole TAC some. */
  readonly phones: readonly string[];
}

/**
 * All that a thief may try against a budget: times long past and far ahead, hour by hour ahead, ranges, a whole TAC,
 * tracking instead of blocking, and statements that say they only continue another one. In the order of a thief who knows
 * the rules: what moves the budget's time comes last.
 */
export function lootOf({ count, nowMs, random }: { count: number; nowMs: number; random: Random }): Loot {
  const written: Written[] = [];
  const phones: string[] = [];
  const first = Math.floor(random() * (SERIALS_PER_TAC - count - Math.max(...RANGES)));
  let taken = 0;
  const next = (tac: number): ImeiKey => ((FIRST_TAC + tac) * SERIALS_PER_TAC + first + taken++) as ImeiKey;
  const state = (timeMs: number, target: DeviceTarget, more: { isTracked?: true; continues?: number } = {}): void => {
    const kind = more.isTracked === true ? 'device.tracked' : 'device.blocked';
    const { continues } = more;
    written.push({
      timeMs,
      statement: { kind, target, reason: 'stolen' },
      ...(continues !== undefined && { continues }),
    });
  };
  const one = (tac: number, timeMs: number, more = {}): void => {
    const imei = next(tac);
    phones.push(imeiText(imei));
    state(timeMs, { kind: 'imei', imei }, more);
  };
  const times = (share: number, each: (place: number) => void): void => {
    for (let place = 0; place < count * share; place++) each(place);
  };
  times(1 / 8, (place) => one(0, nowMs - 30 * DAY_MS + place));
  times(1 / 8, (place) => one(1 + (place % 50), nowMs));
  for (const width of RANGES) {
    const range = Array.from({ length: width }, () => next(60));
    phones.push(...range.map(imeiText));
    state(nowMs, { kind: 'range', from: range[0]!, to: range.at(-1)! });
  }
  const tac = (FIRST_TAC + 70) as Tac;
  state(nowMs, { kind: 'tac', tac });
  for (let asked = 0; asked < ASKED_OF_TAC; asked++) {
    phones.push(imeiText((tac * SERIALS_PER_TAC + Math.floor(random() * SERIALS_PER_TAC)) as ImeiKey));
  }
  times(1 / 8, (place) => one(80, nowMs + place, { isTracked: true }));
  times(1 / 8, (place) => one(81, nowMs + place, { continues: 0 }));
  times(1 / 4, (place) => one(82 + (place % 10), nowMs + Math.floor(place / EACH_HOUR) * HOUR_MS));
  times(1 / 4, (place) => one(92 + (place % (TACS - 92)), nowMs + 365 * DAY_MS + place));
  return { written, phones };
}
