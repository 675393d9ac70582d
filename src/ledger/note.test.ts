import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { isKeyName, NOTE_SIGNATURES_MAX, NOTE_SIZE_MAX, openNote, parseNote, signatureLine, signNote } from './note.ts';
import { generateLogKey, parseLogKey } from './note-key.ts';

interface NoteVectors {
  readonly vkey: string;
  readonly text: string;
  readonly accepted: readonly { name: string; note: string }[];
  readonly refused: readonly { why: string; note: string; code: string }[];
}

const vectors = ledgerVectors('notes.json') as NoteVectors;
const published = orThrow(parseLogKey(vectors.vkey));
const key = generateLogKey('log.hanbit.example/shared');
const stranger = signatureLine({ name: 'stranger', keyId: 1, signature: Buffer.alloc(64) });

describe('a signed note', () => {
  for (const { name, note } of vectors.accepted) {
    it(`is opened ${name}`, () => {
      const opened = orThrow(openNote(Buffer.from(note), [published]));
      assert.equal(opened.text.toString(), vectors.text);
      assert.deepEqual(
        opened.signatures.map(({ name }) => name),
        ['example.com/foo'],
      );
    });
  }

  for (const { why, note, code } of vectors.refused) {
    it(`is refused: ${why}`, () => assertFault(openNote(Buffer.from(note), [published]), code));
  }

  it('is refused where its octets are no UTF-8', () => {
    const note = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(vectors.accepted[0]!.note)]);
    assertFault(parseNote(note), 'NOTE_MALFORMED');
  });

  it('opens for whoever has the key, whatever its text', () => {
    const text = fc.array(fc.string({ unit: 'binary' }).map((line) => line.replaceAll(/\p{Cc}/gu, '')));
    fc.assert(
      fc.property(text, (lines) => {
        const text = `${lines.join('\n')}\n`;
        const note = signNote(text, [key]);
        const opened = orThrow(openNote(Buffer.from(note), [published, key.logKey]));
        assert.equal(opened.text.toString(), text);
      }),
    );
  });

  it('splits at the last empty line', () => {
    const text = 'a\n\nb\n\n';
    assert.equal(orThrow(openNote(Buffer.from(signNote(text, [key])), [key.logKey])).text.toString(), text);
  });

  it('is refused after any cut, and after any flipped bit but in a stranger’s line', () => {
    const note = Buffer.from(signNote('origin\n1\n', [key]));
    for (let size = 0; size < note.length; size++) {
      assert.ok(openNote(note.subarray(0, size), [key.logKey]) instanceof Fault, `cut at ${size}`);
    }
    for (let bit = 0; bit < note.length * 8; bit++) {
      const flipped = Buffer.from(note);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      assert.ok(openNote(flipped, [key.logKey]) instanceof Fault, `bit ${bit}`);
    }
  });

  it('bears the largest number of signatures, and not one more', () => {
    const signed = signNote('text\n', [key]);
    const full = signed + stranger.repeat(NOTE_SIGNATURES_MAX - 1);
    assert.equal(orThrow(openNote(Buffer.from(full), [key.logKey])).signatures.length, 1);
    assertFault(openNote(Buffer.from(full + stranger), [key.logKey]), 'NOTE_TOO_MANY_SIGNATURES');
  });

  it('has the largest size, and not one octet more', () => {
    const ofSize = (size: number): Buffer => {
      const rest = Buffer.byteLength(signNote('\n', [key]));
      return Buffer.from(signNote(`${'a'.repeat(size - rest)}\n`, [key]));
    };
    orThrow(openNote(ofSize(NOTE_SIZE_MAX), [key.logKey]));
    assertFault(openNote(ofSize(NOTE_SIZE_MAX + 1), [key.logKey]), 'NOTE_TOO_LARGE');
  });

  it('is cut without a throw, whatever the octets', () => {
    const pieces = fc.constantFrom(
      '\n',
      '\n\n',
      '\u2014 ',
      'name ',
      'AAAAAAA=',
      'AAAAAAE=',
      'text',
      ' ',
      '\u2014 name AAAAAAA=\n',
    );
    const mixed = fc.array(pieces).map((parts) => Buffer.from(parts.join('')));
    fc.assert(fc.property(fc.oneof(fc.uint8Array(), mixed), (bytes) => void openNote(bytes, [key.logKey])));
  });

  for (const text of ['', 'no line feed', 'a\tb\n', 'half a pair \ud800\n']) {
    it(`is not made of ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => signNote(text, [key]),
        (error) => error instanceof Fault && error.facts.code === 'NOTE_MALFORMED',
      );
    });
  }
});

describe('a key name', () => {
  for (const name of ['example.com/foo', 'é', '한빛', '-']) it(`may be ${name}`, () => assert.ok(isKeyName(name)));
  for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\u0085b', 'a\u2028b', 'a\u3000b', 'a\nb', 'a\u0000b', '\ud800']) {
    it(`may not be ${JSON.stringify(name)}`, () => assert.ok(!isKeyName(name)));
  }
});

function assertFault(parsed: unknown, code: string): void {
  assert.ok(parsed instanceof Fault);
  assert.equal(parsed.facts.code, code);
}
