import assert from 'node:assert/strict';

/** An urn of `population` balls of which `marked` are marked; `drawn` are drawn, without putting any back. */
export interface Urn {
  readonly population: number;
  readonly marked: number;
  readonly drawn: number;
}

/**
 * log₁₀ of the chance that `hits` or more of the drawn are marked, if marks had nothing to do with drawing (the one-sided
 * test of Fisher). 0 where that is certain; -Infinity where it cannot be. It holds far below what a number could.
 */
export function log10Tail({ population, marked, drawn }: Urn, hits: number): number {
  for (const count of [population, marked, drawn, hits]) assert(Number.isSafeInteger(count) && count >= 0);
  assert(marked <= population && drawn <= population);
  const hitsMin = Math.max(0, marked + drawn - population);
  const hitsMax = Math.min(marked, drawn);
  if (hits <= hitsMin) return 0;
  if (hits > hitsMax) return -Infinity;
  const logTotal = logChoose(population, drawn);
  let sum = 0;
  let peak = -Infinity;
  for (let at = hits; at <= hitsMax; at++) {
    const log = logChoose(marked, at) + logChoose(population - marked, drawn - at) - logTotal;
    if (log > peak) {
      sum = sum * Math.exp(peak - log) + 1;
      peak = log;
    } else sum += Math.exp(log - peak);
    // Beyond its peak each term is smaller than the one before it: what follows no longer counts.
    if (log < peak - 50) break;
  }
  return Math.min(0, (peak + Math.log(sum)) / Math.LN10);
}

function logChoose(of: number, chosen: number): number {
  return logFactorial(of) - logFactorial(chosen) - logFactorial(of - chosen);
}

const EXACT: readonly number[] = exactLogFactorials(64);

/** ln n!: exact below 64, beyond it by Stirling's series, right to 15 digits. */
export function logFactorial(of: number): number {
  if (of < EXACT.length) return EXACT[of]!;
  const inverse = 1 / of;
  const series = inverse * (1 / 12 - inverse ** 2 * (1 / 360 - inverse ** 2 / 1260));
  return (of + 0.5) * Math.log(of) - of + 0.5 * Math.log(2 * Math.PI) + series;
}

function exactLogFactorials(count: number): number[] {
  const logs = [0];
  for (let at = 1; at < count; at++) logs.push(logs[at - 1]! + Math.log(at));
  return logs;
}
