import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { BUNDLE_SIZE_MAX, decodeBundle, encodeBundle } from './bundle.ts';
import { ENTRY_SIZE_MAX } from './entry.ts';
import { TILE_WIDTH } from './layout.ts';

const known = ledgerVectors('log-of-three.json') as { entries: string[]; bundle: { hex: string } };
const entries = known.entries.map((entry) => Buffer.from(entry));

describe('an entry bundle', () => {
  it('is a length and an entry, again and again', () => {
    assert.equal(encodeBundle(entries).toString('hex'), known.bundle.hex);
    assert.deepEqual(orThrow(decodeBundle(Buffer.from(known.bundle.hex, 'hex'))), entries);
  });

  it('gives back what went in', () => {
    const anyEntries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: TILE_WIDTH });
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const buffers = entries.map((entry) => Buffer.from(entry));
        assert.deepEqual(orThrow(decodeBundle(encodeBundle(buffers))), buffers);
      }),
    );
  });

  it('after a cut holds only whole entries, or none', () => {
    const bytes = encodeBundle(entries);
    const ends = new Set([7, 13, 20]);
    for (let size = 0; size <= bytes.length; size++) {
      const decoded = decodeBundle(bytes.subarray(0, size));
      assert.equal(decoded instanceof Fault, !ends.has(size), `cut at ${size}`);
      if (decoded instanceof Fault) assert.equal(decoded.facts.reason, size === 0 ? 'empty' : 'cut short');
    }
  });

  it('holds 256 entries of the largest size, and not one entry more', () => {
    const largest = Buffer.alloc(ENTRY_SIZE_MAX, 7);
    const full = encodeBundle(Array.from({ length: TILE_WIDTH }, () => largest));
    assert.equal(full.length, BUNDLE_SIZE_MAX);
    assert.equal(orThrow(decodeBundle(full)).length, TILE_WIDTH);
    const past = decodeBundle(Buffer.concat([full, Buffer.of(0, 0)]));
    assert.ok(past instanceof Fault);
    assert.deepEqual(past.facts, { code: 'BUNDLE_MALFORMED', reason: 'too many entries', entry: TILE_WIDTH });
    assert.throws(() => encodeBundle([Buffer.alloc(ENTRY_SIZE_MAX + 1)]), { name: 'AssertionError' });
  });

  it('may hold empty entries', () => {
    assert.deepEqual(orThrow(decodeBundle(Buffer.alloc(4))), [Buffer.alloc(0), Buffer.alloc(0)]);
  });

  it('is decoded without a throw, whatever the octets', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => void decodeBundle(Buffer.from(bytes))));
  });
});
