/**
 * A device that a gate refused or tracked, as it is kept. It holds an IMSI, so it stays with the member: never in a
 * shared log, and never in a log line.
 */
export interface CheckRecord {
  /** When it was answered, in ms since 1970. */
  readonly timeMs: number;
  readonly gate: string;
  /** 14 digits, or '' where the network named no device that has an IMEI. */
  readonly imei: string;
  /** Digits, or '' where the network did not say. */
  readonly imsi: string;
  readonly answer: string;
  /** True where the network was told something else: the gate was only observing. */
  readonly shadow: boolean;
  /** The entries that the answer rests on: member and index. */
  readonly entries: readonly (readonly [member: string, index: number])[];
  /** Who asked. */
  readonly caller: string;
  /** The step that decided, where it rests on no entry: `protected line`. */
  readonly decidedBy?: string;
}

/** Reads a line of a record file. @returns undefined for what is no record, such as a line that a power cut broke */
export function parseRecord(line: string): CheckRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is CheckRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { timeMs, gate, imei, imsi, answer, shadow, entries, caller, decidedBy } = value as Record<string, unknown>;
  const texts = [gate, imei, imsi, answer, caller];
  return (
    Number.isSafeInteger(timeMs) &&
    texts.every((text) => typeof text === 'string') &&
    typeof shadow === 'boolean' &&
    Array.isArray(entries) &&
    entries.every(isEntryName) &&
    (decidedBy === undefined || typeof decidedBy === 'string')
  );
}

function isEntryName(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isSafeInteger(value[1]);
}
