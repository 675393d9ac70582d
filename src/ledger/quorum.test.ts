import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { leavesOf, noteOfLeaves } from '../../test/support/trees.ts';
import { HandClock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { cosigner, generateWitnessKey, type WitnessSigningKey } from './cosignature.ts';
import { parseNote, signatureLine } from './note.ts';
import { generateLogKey } from './note-key.ts';
import {
  fittingLines,
  openWitnessed,
  openWitnessedByAny,
  QUORUM_MAX,
  quorumThreshold,
  quorumTimeMs,
} from './quorum.ts';

const key = generateLogKey('log.hanbit.example/shared');
const witnesses = ['narae', 'duru', 'sakura'].map((name) => generateWitnessKey(`witness.${name}.example`));
const eligible = witnesses.map(({ name, witnessKey }) => ({ name, keys: [witnessKey] }));
const bare = noteOfLeaves(leavesOf('ours', 9), key);

function lineOf(witness: WitnessSigningKey, atMs = 1_700_000_000_000): string {
  const signer = cosigner(witness, new HandClock(atMs));
  const { text } = orThrow(parseNote(Buffer.from(bare)));
  return signatureLine({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) });
}

describe('the threshold', () => {
  it('is more than half of the witnesses and the faulty ones together', () => {
    for (const [n, f, k] of [
      [0, 1, 0],
      [1, 1, 1],
      [2, 1, 2],
      [3, 1, 3],
      [4, 1, 3],
      [7, 2, 5],
      [9, 1, 6],
      [49, 3, 27],
    ] as const) {
      assert.equal(quorumThreshold(n, f), k);
    }
  });

  it('makes any two quorums share a witness that is not faulty, where it is not capped', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(400)).filter(([n, f]) => f < n);
    fc.assert(fc.property(sizes, ([n, f]) => 2 * quorumThreshold(n, f) - n > f || quorumThreshold(n, f) === n));
  });
});

describe('a witnessed checkpoint', () => {
  const open = (note: string, threshold: number, list = eligible) =>
    openWitnessed(Buffer.from(note), key.logKey, { witnesses: list, threshold });

  it('has the log’s signature and as many cosignatures as are needed, and tells their times', () => {
    const note = bare + lineOf(witnesses[0]!, 5_000) + lineOf(witnesses[1]!, 9_999);
    const { cosignatures } = orThrow(open(note, 2));
    assert.deepEqual(cosignatures, [
      { witness: witnesses[0]!.name, atMs: 5_000 },
      { witness: witnesses[1]!.name, atMs: 9_000 },
    ]);
    const short = open(note, 3);
    assert.ok(short instanceof Fault);
    assert.deepEqual(short.facts, { code: 'QUORUM_NOT_MET', count: 2, threshold: 3 });
  });

  it('counts a witness once, however many lines and keys it has', () => {
    const next = generateWitnessKey(witnesses[0]!.name);
    const list = [{ name: 'narae', keys: [witnesses[0]!.witnessKey, next.witnessKey] }, ...eligible.slice(1)];
    const note = bare + lineOf(witnesses[0]!) + lineOf(witnesses[0]!) + lineOf(next);
    assert.equal(orThrow(open(note, 1, list)).cosignatures.length, 1);
    assert.ok(open(note, 2, list) instanceof Fault);
  });

  it('counts nobody who is not eligible, such as the log’s own witness', () => {
    const own = generateWitnessKey('witness.hanbit.example');
    assert.ok(open(bare + lineOf(own), 1) instanceof Fault);
    assert.equal(orThrow(open(bare + lineOf(own) + lineOf(witnesses[2]!), 1)).cosignatures.length, 1);
  });

  it('is none without the log’s signature, nor with a wrong line of a known witness', () => {
    const unsigned = bare.slice(0, bare.indexOf('—')) + lineOf(witnesses[0]!);
    const opened = open(unsigned, 1);
    assert.ok(opened instanceof Fault);
    assert.equal(opened.facts.code, 'NOTE_UNSIGNED');
    const { name, keyId } = witnesses[1]!;
    const wrong = open(bare + lineOf(witnesses[0]!) + signatureLine({ name, keyId, signature: Buffer.alloc(72) }), 1);
    assert.ok(wrong instanceof Fault);
    assert.equal(wrong.facts.code, 'NOTE_SIGNATURE_WRONG');
  });
});

describe('the time of a quorum', () => {
  it('is the (f+1)-th largest', () => {
    const at = (times: number[], faulty: number) =>
      quorumTimeMs(
        times.map((atMs, place) => ({ witness: String(place), atMs })),
        faulty,
      );
    assert.equal(at([5, 9, 7], 0), 9);
    assert.equal(at([5, 9, 7], 1), 7);
    assert.equal(at([5, 9, 7], 2), 5);
    assert.equal(at([5, 9, 7], 3), undefined);
    assert.equal(at([], 0), undefined);
  });

  it('is never later than what some witness that is not faulty says', () => {
    const times = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(times, fc.nat(3), (honest, faulty) => {
        const lies = Array.from({ length: faulty }, () => 1e9);
        const all = [...honest, ...lies].map((atMs, place) => ({ witness: String(place), atMs }));
        return quorumTimeMs(all, faulty)! <= Math.max(...honest);
      }),
    );
  });
});

describe('the lines of a note', () => {
  it('are one of each witness by its newest key, then the others, and as many as a note holds', () => {
    const count = QUORUM_MAX;
    const many = Array.from({ length: count }, (_, place) => {
      const keys = [generateWitnessKey(`witness.m${place}.example`), generateWitnessKey(`witness.m${place}.example`)];
      return { name: `m${place}`, pair: keys, keys: keys.map(({ witnessKey }) => witnessKey) };
    });
    const text = many.map(({ pair }) => pair.map((one) => lineOf(one)).join('')).join('');
    // Read in two parts: together they are more than a note holds.
    const lines = text.split('\n').slice(0, -1);
    const signatures = [lines.slice(0, count), lines.slice(count)].flatMap(
      (part) =>
        orThrow(parseNote(Buffer.from(`${bare.slice(0, bare.indexOf('\n\n') + 2)}${part.join('\n')}\n`))).signatures,
    );
    const quorum = { witnesses: many, threshold: count };
    const fitting = fittingLines(signatures, [quorum]);
    assert.deepEqual(
      fitting.map(({ keyId }) => keyId),
      many.map(({ keys }) => keys[1]!.keyId),
    );
    const few = { witnesses: many.slice(0, 2), threshold: 2 };
    assert.equal(fittingLines(signatures, [few]).length, 4);
    const last = { witnesses: many.slice(-2), threshold: 2 };
    const lastFirst = fittingLines(signatures, [last, quorum]).map(({ keyId }) => keyId);
    assert.deepEqual(
      lastFirst.slice(0, 2),
      last.witnesses.map(({ keys }) => keys[1]!.keyId),
    );
    assert.equal(new Set(lastFirst).size, count);
    const note = bare + fitting.map(signatureLine).join('');
    assert.equal(orThrow(openWitnessed(Buffer.from(note), key.logKey, quorum)).cosignatures.length, count);
  });

  it('are enough where any one of several quorums has them', () => {
    const note = Buffer.from(bare + lineOf(witnesses[0]!));
    const [first, second] = [1, 2].map((place) => ({ witnesses: [eligible[place]!], threshold: 1 }));
    const met = { witnesses: eligible.slice(0, 1), threshold: 1 };
    assert.ok(!(openWitnessedByAny(note, key.logKey, [first!, met]) instanceof Fault));
    const none = openWitnessedByAny(note, key.logKey, [first!, second!]);
    assert.ok(none instanceof Fault);
    assert.deepEqual(none.facts, { code: 'QUORUM_NOT_MET', count: 0, threshold: 1 });
  });
});
