import assert from 'node:assert/strict';
import { Fault, type Parsed } from '../base/fault.ts';
import { ENTRY_SIZE_MAX } from './entry.ts';
import { TILE_WIDTH } from './layout.ts';

const LENGTH_SIZE = 2;
/** 256 entries of the largest size, each with its length. */
export const BUNDLE_SIZE_MAX = TILE_WIDTH * (LENGTH_SIZE + ENTRY_SIZE_MAX);

export type BundleFault = {
  code: 'BUNDLE_MALFORMED';
  reason: 'empty' | 'cut short' | 'too many entries';
  /** Where in the bundle, counted in entries. */
  entry: number;
};

/** Entries as they stand in a file (tlog-tiles, "Log Entries"): each a uint16 length and its octets. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  assert(entries.length <= TILE_WIDTH);
  const bytes = Buffer.alloc(entries.reduce((size, entry) => size + LENGTH_SIZE + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    assert(entry.length <= ENTRY_SIZE_MAX);
    at = bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

/** Cuts a bundle into its 1..256 entries, which share its memory. What they hold is not looked at. */
export function decodeBundle(bytes: Buffer): Parsed<Buffer[], BundleFault> {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (entries.length === TILE_WIDTH) return malformed('too many entries', entries.length);
    if (bytes.length - at < LENGTH_SIZE) return malformed('cut short', entries.length);
    const length = bytes.readUInt16BE(at);
    at += LENGTH_SIZE;
    if (bytes.length - at < length) return malformed('cut short', entries.length);
    entries.push(bytes.subarray(at, at + length));
    at += length;
  }
  return entries.length === 0 ? malformed('empty', 0) : entries;
}

function malformed(reason: BundleFault['reason'], entry: number): Fault<BundleFault> {
  return new Fault({ code: 'BUNDLE_MALFORMED', reason, entry });
}
