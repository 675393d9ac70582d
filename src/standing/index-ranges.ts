/** Indexes of one log from the first on, up to but not the second. */
export type IndexRange = readonly [from: number, to: number];

/** Sets of indexes of one log as ranges that neither meet nor overlap, in order: equal sets have equal ranges. */
export function withRange(ranges: readonly IndexRange[], [from, to]: IndexRange): readonly IndexRange[] {
  let start = 0;
  while (start < ranges.length && ranges[start]![1] < from) start += 1;
  let end = start;
  while (end < ranges.length && ranges[end]![0] <= to) end += 1;
  if (start === end) return ranges.toSpliced(start, 0, [from, to]);
  const merged: IndexRange = [Math.min(from, ranges[start]![0]), Math.max(to, ranges[end - 1]![1])];
  return ranges.toSpliced(start, end - start, merged);
}

export function isInRanges(ranges: readonly IndexRange[], index: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]![1] <= index) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= index;
}
