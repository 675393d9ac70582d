import { areEntries, type EntryPair, isText, isTimeMs, parseFields, type RecordFields } from './record-line.ts';

const VIAS: readonly unknown[] = ['smpp', 'http', 'own'] satisfies TextRecord['via'][];

/**
 * A text, or a bind, that the message gate refused, as it is kept. Its sender number stays with the member: never in a
 * shared log, and never in a log line. Of what it says there is the fingerprint alone, of its receiver nothing.
 */
export interface TextRecord {
  /** When it was answered, in ms since 1970. */
  readonly timeMs: number;
  readonly via: 'smpp' | 'http' | 'own';
  /** The account that submitted it. */
  readonly account: string;
  readonly certificate: string;
  /** The sender number as it came; '' at a bind. */
  readonly from: string;
  /** '' at a bind, and where the text could not be read. */
  readonly fingerprint: string;
  /** The named check that refused it, or `bind`. */
  readonly check: string;
  readonly reason: string;
  /** True where the text passed all the same: the gate was only observing. */
  readonly shadow: boolean;
  /** The entries that the refusal rests on: member and index. */
  readonly entries: readonly EntryPair[];
}

/** Reads a line of a file of texts. @returns undefined for what is no record */
export function parseTextRecord(line: string): TextRecord | undefined {
  const fields = parseFields(line);
  return fields !== undefined && isTextRecord(fields) ? fields : undefined;
}

function isTextRecord(fields: RecordFields): fields is RecordFields & TextRecord {
  const { timeMs, via, account, certificate, from, fingerprint, check, reason, shadow, entries } = fields;
  return (
    isTimeMs(timeMs) &&
    VIAS.includes(via) &&
    [account, certificate, from, fingerprint, check, reason].every(isText) &&
    typeof shadow === 'boolean' &&
    areEntries(entries)
  );
}
