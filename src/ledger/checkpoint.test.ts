import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, parseSize, signCheckpoint } from './checkpoint.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { signNote } from './note.ts';
import { generateLogKey, parseSigningKey } from './note-key.ts';

interface LogOfThree {
  readonly signingKey: string;
  readonly origin: string;
  readonly roots: readonly string[];
  readonly checkpoint: string;
  readonly checkpointWithCosignature: string;
}

const known = ledgerVectors('log-of-three.json') as LogOfThree;
const key = orThrow(parseSigningKey(known.signingKey));
const root = Buffer.from(known.roots[3]!, 'hex');
const ROOT = root.toString('base64');

describe('a checkpoint', () => {
  it('is signed to the very octets of the vector', () => {
    assert.equal(signCheckpoint({ origin: known.origin, size: 3, root }, [key]), known.checkpoint);
  });

  for (const note of [known.checkpoint, known.checkpointWithCosignature]) {
    it(`is opened with its log’s key, and ${note.split('— ').length - 2} others beside it`, () => {
      const opened = orThrow(openCheckpoint(Buffer.from(note), key.logKey));
      const { origin, size, extensions } = opened;
      assert.deepEqual({ origin, size, extensions }, { origin: known.origin, size: 3, extensions: [] });
      assert.deepEqual(opened.root, root);
      assert.equal(opened.note, note);
    });
  }

  for (const [why, text, field] of [
    ['nothing', '', 'origin'],
    ['no line feed at the end', `o\n3\n${ROOT}`, 'last line'],
    ['an empty origin', `\n3\n${ROOT}\n`, 'origin'],
    ['an origin alone', 'o\n', 'size'],
    ['no root', 'o\n3\n', 'root'],
    ['an empty size', `o\n\n${ROOT}\n`, 'size'],
    ['a leading zero', `o\n03\n${ROOT}\n`, 'size'],
    ['a sign', `o\n+3\n${ROOT}\n`, 'size'],
    ['a size below 0', `o\n-3\n${ROOT}\n`, 'size'],
    ['a space', `o\n 3\n${ROOT}\n`, 'size'],
    ['an exponent', `o\n3e2\n${ROOT}\n`, 'size'],
    ['hexadecimal', `o\n0x3\n${ROOT}\n`, 'size'],
    ['a fraction', `o\n3.0\n${ROOT}\n`, 'size'],
    ['digits of another script', `o\n٣\n${ROOT}\n`, 'size'],
    ['a size past 2^53-1', `o\n9007199254740992\n${ROOT}\n`, 'size'],
    ['a root of 31 octets', `o\n3\n${root.subarray(1).toString('base64')}\n`, 'root'],
    ['a root in hexadecimal', `o\n3\n${root.toString('hex')}\n`, 'root'],
    ['a root without its padding', `o\n3\n${ROOT.replace('=', '')}\n`, 'root'],
    ['another root of the empty tree', `o\n0\n${ROOT}\n`, 'root'],
    ['an empty extension', `o\n3\n${ROOT}\n\n`, 'extension'],
  ] as const) {
    it(`is refused: ${why}`, () => {
      const parsed = parseCheckpoint(Buffer.from(text));
      assert.ok(parsed instanceof Fault);
      assert.deepEqual(parsed.facts, { code: 'CHECKPOINT_MALFORMED', field });
    });
  }

  it('keeps extension lines as they are', () => {
    const text = `o\n3\n${ROOT}\none\ntwo \n`;
    const parsed = orThrow(parseCheckpoint(Buffer.from(text)));
    assert.deepEqual(parsed.extensions, ['one', 'two ']);
    assert.equal(formatCheckpoint(parsed), text);
  });

  it('is refused under the key of another log, even where that key signed it', () => {
    const other = generateLogKey('log.narae.example/shared');
    const unsigned = openCheckpoint(Buffer.from(known.checkpoint), other.logKey);
    assert.ok(unsigned instanceof Fault);
    assert.equal(unsigned.facts.code, 'NOTE_UNSIGNED');
    const borrowed = signNote(`${known.origin}\n3\n${ROOT}\n`, [other]);
    const opened = openCheckpoint(Buffer.from(borrowed), other.logKey);
    assert.ok(opened instanceof Fault);
    assert.equal(opened.facts.code, 'CHECKPOINT_OF_OTHER_LOG');
  });

  it('is read back as it was signed, at any size', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    );
    fc.assert(
      fc.property(sizes, ([size, root]) => {
        const note = signCheckpoint({ origin: known.origin, size, root: Buffer.from(root) }, [key]);
        const opened = orThrow(openCheckpoint(Buffer.from(note), key.logKey));
        assert.equal(opened.size, size);
        assert.deepEqual(opened.root, Buffer.from(root));
      }),
      { numRuns: 50 },
    );
    const empty = signCheckpoint({ origin: known.origin, size: 0, root: EMPTY_ROOT }, [key]);
    assert.equal(orThrow(openCheckpoint(Buffer.from(empty), key.logKey)).size, 0);
  });

  it('is parsed without a throw, whatever the octets', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseCheckpoint(Buffer.from(bytes))));
  });
});

describe('a size', () => {
  it('has one spelling', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.maxSafeNat().map(String), fc.double().map(String)), (text) => {
        const size = parseSize(text);
        if (size !== undefined) assert.equal(size.toString(), text);
      }),
    );
    assert.equal(parseSize('9007199254740991'), Number.MAX_SAFE_INTEGER);
    assert.equal(parseSize('1\n'), undefined);
  });
});
