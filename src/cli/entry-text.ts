import { Fault } from '../base/fault.ts';
import { type CborMap, type CborValue, decodeEntry, type Entry, isSealed } from '../ledger/entry.ts';

/** An entry for a program to read: octets as hex. */
export function entryObject(index: number, bytes: Uint8Array): Record<string, unknown> {
  const entry = decodeOrFault(bytes);
  if (entry instanceof Fault) return { index, fault: entry.facts.code, hex: Buffer.from(bytes).toString('hex') };
  const { kind, version, issuer, timeMs, id } = entry;
  const header = { index, kind, version, issuer, time: timeText(timeMs), id: hexOf(id) };
  if (!isSealed(entry)) return { ...header, body: withHex(entry.body) };
  const { epoch, commit, continues, sealed } = entry;
  return {
    ...header,
    epoch,
    commit: hexOf(commit),
    ...(continues !== undefined && { continues }),
    sealed: hexOf(sealed),
  };
}

/** An entry for a person to read: one line. What another member wrote cannot move the cursor of a terminal. */
export function entryText(index: number, bytes: Uint8Array): string {
  const entry = decodeOrFault(bytes);
  if (entry instanceof Fault) return `${index}  ${entry.facts.code}  ${Buffer.from(bytes).toString('hex')}`;
  const { kind, version, issuer, timeMs, id } = entry;
  const line = [index, timeText(timeMs), issuer, `${kind}/${version}`, contentText(entry), hexOf(id)];
  return line.join('  ').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
}

/** A body for a program to read: octets as hex. */
export function bodyText(body: CborMap): unknown {
  return withHex(body);
}

/** A statement for a person to read: which kind, of which device where it names one, and what else it says. */
export function statedText(kind: string, { target, imei, ...others }: CborMap): string {
  const named = target ?? imei;
  const device = named === undefined ? '' : ` of ${textOf(named)}`;
  const rest = Object.entries(others).map(([field, value]) => `, ${field} ${textOf(value)}`);
  return `${kind}${device}${rest.join('')}`;
}

function textOf(value: CborValue): string {
  if (typeof value !== 'object' || value instanceof Uint8Array) return String(withHex(value));
  return Object.entries(value)
    .map(([field, inner]) => `${field} ${textOf(inner)}`)
    .join(' ');
}

function contentText(entry: Entry): string {
  if (!isSealed(entry)) return JSON.stringify(withHex(entry.body));
  const { epoch, continues, sealed } = entry;
  const anew = continues === undefined ? '' : `, states ${continues} anew`;
  return `[sealed in epoch ${epoch}, ${sealed.length} octets${anew}]`;
}

function decodeOrFault(bytes: Uint8Array): Entry | Fault {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function withHex(value: CborValue): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  if (Array.isArray(value)) return value.map(withHex);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withHex(inner)]));
}

/** ISO 8601. */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function escape(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** Of what was checked with a log's key alone: the writer of an entry puts into it whatever name he likes. */
export function issuerLine(issuer: string): string {
  return `    The entry names ${issuer} as its issuer; whether the log is that member’s, the file alone cannot tell.`;
}
