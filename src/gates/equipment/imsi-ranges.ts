import { Fault, type Parsed } from '../../base/fault.ts';
import { IMSI_DIGITS_MAX } from '../../identifiers/imsi.ts';
import { EQUIPMENT_ANSWER, type EquipmentAnswer } from './answer.ts';
import type { EquipmentPolicy } from './config.ts';

type ImsiRange = EquipmentPolicy['imsiRanges'][number];

export type ImsiRangesFault =
  | { code: 'POLICY_IMSI_RANGE_REVERSED'; place: number }
  | { code: 'POLICY_IMSI_RANGE_LENGTHS'; place: number }
  | { code: 'POLICY_IMSI_RANGES_OVERLAP'; place: number; other: number };

/** The ranges for IMSIs of one length, sorted: 15 digits fit a number. */
interface SortedRanges {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly answer: Uint8Array;
}

/** Ranges of subscribers with an answer of their own. They do not overlap, so their order says nothing. */
export class ImsiRanges {
  readonly #byLength: readonly (SortedRanges | undefined)[];

  private constructor(byLength: readonly (SortedRanges | undefined)[]) {
    this.#byLength = byLength;
  }

  static compile(ranges: readonly ImsiRange[]): Parsed<ImsiRanges, ImsiRangesFault> {
    const fault = firstFault(ranges);
    if (fault !== undefined) return new Fault(fault);
    const byLength = Array.from({ length: IMSI_DIGITS_MAX + 1 }, (_, length) => {
      const ofLength = ranges
        .filter(({ from }) => from.length === length)
        .sort((a, b) => Number(a.from) - Number(b.from));
      return ofLength.length === 0 ? undefined : sorted(ofLength);
    });
    return new ImsiRanges(byLength);
  }

  /** @param imsi digits, or '' when nobody said who asks. @returns the answer, or -1 where no range holds this IMSI */
  find(imsi: string): EquipmentAnswer | -1 {
    const ranges = this.#byLength[imsi.length];
    if (ranges === undefined) return -1;
    const number = Number(imsi);
    let low = 0;
    let high = ranges.from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges.from[middle]! <= number) low = middle + 1;
      else high = middle;
    }
    const at = low - 1;
    return at >= 0 && number <= ranges.to[at]! ? (ranges.answer[at] as EquipmentAnswer) : -1;
  }
}

function sorted(ranges: readonly ImsiRange[]): SortedRanges {
  return {
    from: Float64Array.from(ranges, ({ from }) => Number(from)),
    to: Float64Array.from(ranges, ({ to }) => Number(to)),
    answer: Uint8Array.from(ranges, ({ answer }) => EQUIPMENT_ANSWER[answer]),
  };
}

function firstFault(ranges: readonly ImsiRange[]): ImsiRangesFault | undefined {
  for (const [place, { from, to }] of ranges.entries()) {
    if (from.length !== to.length) return { code: 'POLICY_IMSI_RANGE_LENGTHS', place };
    if (to < from) return { code: 'POLICY_IMSI_RANGE_REVERSED', place };
    const other = ranges.findIndex(
      (range) => range.from.length === from.length && range.from <= to && from <= range.to,
    );
    if (other !== place)
      return { code: 'POLICY_IMSI_RANGES_OVERLAP', place: Math.max(place, other), other: Math.min(place, other) };
  }
  return undefined;
}
