import { cellText } from '../../identifiers/cell.ts';
import type { SeededRandom } from './random.ts';
import { type CellTruth, type WorldCell, type WorldOptions } from './world.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
const MACROS_PER_AREA = 3;
const FEMTOS_PER_AREA = 6;

/** Someone with a phone, who lives in one area and works in another. */
export interface Subscriber {
  readonly imsi: string;
  readonly msisdn: string;
  readonly imei: string;
  readonly home: number;
  readonly work: number;
  /** The cells where they are at home, the first one mostly. */
  readonly homeCells: readonly string[];
  readonly workCells: readonly string[];
}

/** The network of tests: MCC 001, MNC 01. Identities beyond 32 bits are among them, as 5G has. */
function cellOf(radio: 'eci' | 'nci', number: number): string {
  return cellText({ radio, mcc: '001', mnc: '01', cell: number });
}

/** All cells, honest and illegal, in a fixed order for one seed. */
export function makeCells(options: WorldOptions, random: SeededRandom): WorldCell[] {
  const cells: WorldCell[] = [];
  for (let area = 0; area < options.areas; area++) {
    for (let at = 0; at < MACROS_PER_AREA; at++) {
      // 4G: 20 bits of eNB and 8 of cell. Every third one is 5G, above 2^35.
      const macro = at === 2 ? cellOf('nci', 2 ** 35 + area * 4_096 + at) : cellOf('eci', area * 256 + at);
      cells.push(honest(macro, 'macro', area));
    }
    for (let at = 0; at < FEMTOS_PER_AREA; at++) {
      // A Home eNB uses all 28 bits.
      cells.push(honest(cellOf('eci', 0xf000000 + area * 64 + at), 'femto', area));
    }
  }
  cells.push(...innocents(options));
  return [...cells, ...illegal(options, random, cells)];
}

function honest(cell: string, truth: CellTruth, area: number, more: Partial<WorldCell> = {}): WorldCell {
  const form = truth === 'macro' || truth === 'rehomed' || truth === 'stadium' ? 'macro' : 'femto';
  return { cell, truth, form, area: `area-${area}`, inEarlier: true, inNewest: true, ...more };
}

/** Those that look guilty and are not. */
function innocents({ areas }: WorldOptions): WorldCell[] {
  const femto = (at: number): string => cellOf('eci', 0xf800000 + at);
  const isNew = { inEarlier: false };
  const isMissing = { inEarlier: false, inNewest: false };
  return [
    ...[0, 1, 2].map((at) => honest(femto(at), 'new-femto', at % areas, isNew)),
    ...[3, 4, 5].map((at) => honest(femto(at), 'femto-awaiting-inventory', at % areas, isMissing)),
    honest(femto(6), 'femto-forgotten', 6 % areas, isMissing),
    ...[0, 1].map((at) => honest(cellOf('eci', 0x0fff00 + at), 'rehomed', 7 % areas, isNew)),
    honest(cellOf('eci', 0x0ffe00), 'stadium', 8 % areas),
  ];
}

/** What each illegal cell is: mostly an identity of its own; the last with fraud is a femtocell that was carried away. */
function illegal(options: WorldOptions, random: SeededRandom, cells: readonly WorldCell[]): WorldCell[] {
  const { illegalCells, illegalCellsWithFraud, areas, endMs, days } = options;
  const femtos = cells.filter(({ truth }) => truth === 'femto');
  const macros = cells.filter(({ truth }) => truth === 'macro');
  return Array.from({ length: illegalCells }, (_, at) => {
    const fraud = at < illegalCellsWithFraud;
    const truth = truthOf(at, options);
    const area = random.between(0, areas - 1);
    // Those with fraud come in the last nights; the others were there before and took only identities.
    const night = fraud ? days - illegalCellsWithFraud + at : at % Math.max(1, days - illegalCellsWithFraud - 1);
    const fromMs = endMs - days * DAY_MS + night * DAY_MS + random.between(0, 2) * HOUR_MS;
    const activeMs = [fromMs, fromMs + 3 * HOUR_MS] as const;
    const own = { truth, fraud, activeMs, area: `area-${area}` };
    if (truth === 'moved') return { ...random.pick(femtos.filter(({ area: of }) => of !== own.area)), ...own };
    if (truth === 'cloned') return { ...random.pick(macros.filter(({ area: of }) => of !== own.area)), ...own };
    const cell = at % 4 === 3 ? cellOf('nci', 2 ** 36 - 1 - at) : cellOf('eci', 0xfa00000 + at);
    return { cell, form: 'femto', inEarlier: truth === 'woken', inNewest: false, ...own };
  });
}

function truthOf(at: number, { illegalCells, illegalCellsWithFraud }: WorldOptions): CellTruth {
  if (at === illegalCellsWithFraud - 1) return 'moved';
  if (at === illegalCellsWithFraud - 2 || at === illegalCells - 2) return 'woken';
  return at === illegalCells - 1 ? 'cloned' : 'unregistered';
}

export function makeSubscribers(
  options: WorldOptions,
  cells: readonly WorldCell[],
  random: SeededRandom,
): Subscriber[] {
  const inArea = (area: number, truth: CellTruth): string[] =>
    cells.filter((cell) => cell.area === `area-${area}` && cell.truth === truth).map(({ cell }) => cell);
  return Array.from({ length: options.subscribers }, (_, at) => {
    const home = at % options.areas;
    const work = random.between(0, options.areas - 1);
    const femto = random.chance(0.15) ? [random.pick(inArea(home, 'femto'))] : [];
    return {
      imsi: `00101${at.toString().padStart(10, '0')}`,
      // 010-0…: numbers that nobody has.
      msisdn: `82100${at.toString().padStart(7, '0')}`,
      imei: `35209900${at.toString().padStart(6, '0')}`,
      home,
      work,
      homeCells: [...femto, ...random.sample(inArea(home, 'macro'), 2)],
      workCells: random.sample(inArea(work, 'macro'), 2),
    };
  });
}
