import { PledgeError } from './pledge-fault.ts';

const QUARTER = /^(20[0-9]{2})Q([1-4])$/;
const OFFSET = /^([+-])([0-9]{2}):([0-9]{2})$/;

/** A quarter of a year, counted in one offset from UTC. */
export interface Quarter {
  /** `2026Q4` */
  readonly name: string;
  readonly utcOffset: string;
  /** Its first moment and the first one after it, in ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Its first and last day, `YYYY-MM-DD`. */
  readonly first: string;
  readonly last: string;
}

/** @throws PledgeError QUARTER_MALFORMED */
export function parseQuarter(text: string, utcOffset: string): Quarter {
  const [, year, place] = QUARTER.exec(text) ?? [];
  if (year === undefined) throw new PledgeError({ code: 'QUARTER_MALFORMED' });
  const month = (Number(place) - 1) * 3;
  const start = Date.UTC(Number(year), month, 1);
  const end = Date.UTC(Number(year), month + 3, 1);
  const [, sign, hours, minutes] = OFFSET.exec(utcOffset)!;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return {
    name: text,
    utcOffset,
    fromMs: start - offsetMs,
    toMs: end - offsetMs,
    first: new Date(start).toISOString().slice(0, 10),
    last: new Date(end - 1).toISOString().slice(0, 10),
  };
}
