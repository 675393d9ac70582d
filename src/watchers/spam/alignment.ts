/** Letters of a key that are aligned: the cost grows with their square. What follows tells no more than they do. */
export const ALIGNED_LENGTH_MAX = 1_000;

/**
 * The share of letters that stand in both keys in the same order, when the two are laid side by side as well as they can
 * be (Needleman and Wunsch; a match counts 1, all else 0): 1 for equal keys, 0 for keys with nothing in common.
 */
export function alignedShare(one: string, other: string): number {
  const rows = one.slice(0, ALIGNED_LENGTH_MAX);
  const columns = other.slice(0, ALIGNED_LENGTH_MAX);
  if (rows === columns) return 1;
  const matches = new Uint16Array(columns.length + 1);
  for (let row = 0; row < rows.length; row++) {
    let diagonal = 0;
    for (let column = 1; column <= columns.length; column++) {
      const above = matches[column]!;
      const isMatch = rows.charCodeAt(row) === columns.charCodeAt(column - 1);
      matches[column] = isMatch ? diagonal + 1 : Math.max(above, matches[column - 1]!);
      diagonal = above;
    }
  }
  return matches[columns.length]! / Math.max(rows.length, columns.length);
}
