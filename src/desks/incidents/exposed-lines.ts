/** Lines of one list: more than any operator has. */
export const LIST_LINES_MAX = 5_000_000;

/** What was exposed of a line, and when: one row of one version of an exposed list. Times in ms since 1970. */
export interface ExposedLine {
  /** The number; where it is not known, another name of the line that is no number. */
  readonly msisdn: string;
  readonly imsi: string;
  /** Such as `imsi`, `imei`, `msisdn`. */
  readonly items: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Where exposed lists are kept. */
export interface ExposedLists {
  /** The lines of one immutable version; undefined where there is no such version. */
  linesOf(list: string, version: number): Promise<readonly ExposedLine[] | undefined>;
}

/** A line may stand on a list under several subscriber identities: one row each line. */
export function mergedByLine(lines: readonly ExposedLine[]): ReadonlyMap<string, ExposedLine> {
  const merged = new Map<string, ExposedLine>();
  for (const line of lines) {
    const earlier = merged.get(line.msisdn);
    merged.set(line.msisdn, earlier === undefined ? line : mergeLines(earlier, line));
  }
  return merged;
}

/** Both of them: no item is lost, and the time only grows. The later one's identity counts. */
export function mergeLines(earlier: ExposedLine, later: ExposedLine): ExposedLine {
  return {
    msisdn: later.msisdn,
    imsi: later.imsi,
    items: [...new Set([...earlier.items, ...later.items])],
    firstMs: Math.min(earlier.firstMs, later.firstMs),
    lastMs: Math.max(earlier.lastMs, later.lastMs),
  };
}

/** Items in their one spelling: what `incidentPersons` compares. */
export function itemsText(items: readonly string[]): string {
  return JSON.stringify([...new Set(items)].sort());
}
