/** As many of them as are commonly said to be bearable: 3f + 1 bear f. */
export function faultyOf(witnesses: number): number {
  return Math.max(0, Math.floor((witnesses - 1) / 3));
}
