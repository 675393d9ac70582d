import { areEntries, type EntryPair, isText, isTimeMs, parseFields, type RecordFields } from './record-line.ts';

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
  readonly entries: readonly EntryPair[];
  /** Who asked. */
  readonly caller: string;
  /** The step that decided, where it rests on no entry: `protected line`. */
  readonly decidedBy?: string;
}

/** Reads a line of a file of checks. @returns undefined for what is no record, such as a line that a power cut broke */
export function parseRecord(line: string): CheckRecord | undefined {
  const fields = parseFields(line);
  return fields !== undefined && isCheckRecord(fields) ? fields : undefined;
}

function isCheckRecord(fields: RecordFields): fields is RecordFields & CheckRecord {
  const { timeMs, gate, imei, imsi, answer, shadow, entries, caller, decidedBy } = fields;
  return (
    isTimeMs(timeMs) &&
    [gate, imei, imsi, answer, caller].every(isText) &&
    typeof shadow === 'boolean' &&
    areEntries(entries) &&
    (decidedBy === undefined || isText(decidedBy))
  );
}
