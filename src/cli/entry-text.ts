import { Fault } from '../base/fault.ts';
import { type CborValue, decodeEntry, type Entry } from '../ledger/entry.ts';

/** An entry for a program to read: octets as hex. */
export function entryObject(index: number, bytes: Uint8Array): Record<string, unknown> {
  const entry = decodeOrFault(bytes);
  if (entry instanceof Fault) return { index, fault: entry.facts.code, hex: Buffer.from(bytes).toString('hex') };
  const { kind, version, issuer, timeMs, id, body } = entry;
  return { index, kind, version, issuer, time: timeText(timeMs), id: hexOf(id), body: withHex(body) };
}

/** An entry for a person to read: one line. What another member wrote cannot move the cursor of a terminal. */
export function entryText(index: number, bytes: Uint8Array): string {
  const entry = decodeOrFault(bytes);
  if (entry instanceof Fault) return `${index}  ${entry.facts.code}  ${Buffer.from(bytes).toString('hex')}`;
  const { kind, version, issuer, timeMs, id, body } = entry;
  const line = [index, timeText(timeMs), issuer, `${kind}/${version}`, JSON.stringify(withHex(body)), hexOf(id)];
  return line.join('  ').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
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

/** ISO 8601; a time that no calendar holds stays a number of ms. */
function timeText(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? `${timeMs} ms` : time.toISOString();
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function escape(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
