import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { faultCode, logPlace, numberedEntries } from '../../test/support/ledger.ts';
import { silentLog } from '../base/log.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { CHECKPOINT_SIZE_MAX, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { EQUIVOCATION_SIZE_MAX, proveEquivocation, verifyEquivocation } from './equivocation.ts';
import { logVerifierOf } from './log-verifier.ts';
import { NOTE_SIGNATURES_MAX, NOTE_SIZE_MAX, signatureLine, signNote } from './note.ts';
import { generateLogKey } from './note-key.ts';
import { PROOF_HASHES_MAX } from './proof.ts';
import { Sequencer } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';

const base = mkdtempSync(join(tmpdir(), 'bongsu-equivocation-'));
after(() => rmSync(base, { recursive: true, force: true }));
const key = generateLogKey('log.hanbit.example/shared');
const { logKey } = key;

/** Checkpoints of a history at these sizes, and where its tree is. */
async function history(name: string, first: number, sizes: readonly number[]) {
  const place = logPlace(join(base, name), key);
  const log = await Sequencer.open(place, { log: silentLog });
  const checkpoints = new Map<number, SignedCheckpoint>();
  let size = 0;
  for (const next of sizes) {
    // Histories share their first ten entries.
    const numbers = numberedEntries(0, 10).concat(numberedEntries(first, first + 1000));
    await log.append(numbers.slice(size, next));
    size = next;
    checkpoints.set(size, orThrow(openCheckpoint(Buffer.from(log.checkpoint.note), logKey)));
  }
  await log.close();
  return { at: (size: number) => checkpoints.get(size)!, tree: new FolderSource(place.folder) };
}

type History = Awaited<ReturnType<typeof history>>;
let ours: History;
let theirs: History;
before(async () => {
  ours = await history('ours', 5_000, [1, 10, 16, 100, 256, 300, 700]);
  theirs = await history('theirs', 9_000, [1, 10, 16, 100, 256, 300, 700]);
});

describe('a proof of equivocation', () => {
  for (const [older, newer] of [
    [16, 16],
    [16, 100],
    [100, 256],
    [256, 300],
    [256, 700],
    [300, 700],
    [700, 700],
  ] as const) {
    it(`is made of checkpoints of ${older} and ${newer} entries, in either order, and checks offline`, async () => {
      for (const pair of [
        [theirs.at(older), ours.at(newer)],
        [ours.at(newer), theirs.at(older)],
      ] as const) {
        const proof = (await proveEquivocation(pair, { logKey, tree: ours.tree }))!;
        const shown = orThrow(verifyEquivocation(Buffer.from(proof), logKey));
        assert.equal(shown.origin, key.name);
        assert.deepEqual(new Set([shown.older.note, shown.newer.note]), new Set([pair[0].note, pair[1].note]));
      }
    });
  }

  it('is not made of checkpoints of one tree', async () => {
    for (const [older, newer] of [
      [1, 700],
      [10, 300],
      [300, 300],
    ] as const) {
      assert.equal(await proveEquivocation([ours.at(older), ours.at(newer)], { logKey, tree: ours.tree }), undefined);
    }
    // What both histories share is no contradiction.
    assert.equal(await proveEquivocation([theirs.at(10), ours.at(300)], { logKey, tree: ours.tree }), undefined);
  });

  it('is not made from a tree that is not the larger checkpoint’s', async () => {
    const pair = [ours.at(100), ours.at(300)] as const;
    await assert.rejects(proveEquivocation(pair, { logKey, tree: theirs.tree }), faultCode('EQUIVOCATION_NOT_SHOWN'));
  });
});

describe('what is no proof of equivocation', () => {
  const proofOf = async (older: number, newer: number): Promise<string> =>
    (await proveEquivocation([theirs.at(older), ours.at(newer)], { logKey, tree: ours.tree }))!;
  const cases: readonly (readonly [why: string, edit: (proof: string) => string, code: string])[] = [
    ['nothing', () => '', 'EQUIVOCATION_MALFORMED'],
    ['another header', (proof) => proof.replace('@v1', '@v2'), 'EQUIVOCATION_MALFORMED'],
    ['a third note', (proof) => `${proof}\n${ours.at(1).note}`, 'EQUIVOCATION_MALFORMED'],
    ['one note', (proof) => proof.slice(0, proof.indexOf(ours.at(100).note)), 'EQUIVOCATION_MALFORMED'],
    ['an old size that is none', (proof) => proof.replace('old 16', 'old 016'), 'EQUIVOCATION_MALFORMED'],
    ['no root', (proof) => proof.replace(/old 16\n[^]*?\n\n/, 'old 16\n\n'), 'EQUIVOCATION_MALFORMED'],
    ['a hash that is none', (proof) => proof.replace('old 16\n', 'old 16\nAAAA\n'), 'EQUIVOCATION_MALFORMED'],
    [
      '64 hashes',
      (proof) =>
        proof.replace(
          /(old 16\n.*\n)[^]*?\n\n/,
          (_, head: string) => `${head}${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n`,
        ),
      'EQUIVOCATION_MALFORMED',
    ],
    ['no tree between two sizes', (proof) => proof.replace(/old 16\n[^]*?\n\n/, '\n'), 'EQUIVOCATION_NOT_SHOWN'],
    ['another old size', (proof) => proof.replace('old 16', 'old 15'), 'EQUIVOCATION_NOT_SHOWN'],
    ['a hash less', (proof) => proof.replace(/\n[^\n]+\n\n/, '\n\n'), 'EQUIVOCATION_NOT_SHOWN'],
    [
      'the root that the older note signs',
      (proof) => proof.replace(/(old 16\n).*/, `$1${theirs.at(16).root.toString('base64')}`),
      'EQUIVOCATION_NOT_SHOWN',
    ],
    ['notes that agree', (proof) => proof.replace(theirs.at(16).note, ours.at(16).note), 'EQUIVOCATION_NOT_SHOWN'],
    [
      'notes in the other order',
      (proof) => `${proof.slice(0, proof.indexOf('\n\n') + 2)}${ours.at(100).note}\n${theirs.at(16).note}`,
      'EQUIVOCATION_NOT_SHOWN',
    ],
    [
      'one note twice',
      (proof) => `${proof.slice(0, proof.indexOf('\n'))}\n\n${ours.at(100).note}\n${ours.at(100).note}`,
      'EQUIVOCATION_NOT_SHOWN',
    ],
    ['a changed note', (proof) => proof.replace('\n100\n', '\n101\n'), 'NOTE_SIGNATURE_WRONG'],
    ['something behind it', (proof) => `${proof}\n`, 'EQUIVOCATION_MALFORMED'],
    ['more octets than any', (proof) => proof + ' '.repeat(EQUIVOCATION_SIZE_MAX), 'EQUIVOCATION_TOO_LARGE'],
  ];
  for (const [why, edit, code] of cases) {
    it(why, async () => {
      const shown = verifyEquivocation(Buffer.from(edit(await proofOf(16, 100))), logKey);
      assert.ok(shown instanceof Fault);
      assert.equal(shown.facts.code, code);
    });
  }

  it('every cut of one, and every flipped octet', async () => {
    const proof = Buffer.from(await proofOf(16, 100));
    for (let length = 0; length < proof.length; length++) {
      assert.ok(verifyEquivocation(proof.subarray(0, length), logKey) instanceof Fault);
    }
    for (let at = 0; at < proof.length; at++) {
      const flipped = Buffer.from(proof);
      flipped[at]! ^= 1;
      assert.ok(verifyEquivocation(flipped, logKey) instanceof Fault, String(at));
    }
  });

  it('one under another key', async () => {
    const shown = verifyEquivocation(Buffer.from(await proofOf(16, 100)), generateLogKey(key.name).logKey);
    assert.ok(shown instanceof Fault);
    assert.equal(shown.facts.code, 'NOTE_UNSIGNED');
  });
});

/** Lines of a key that nobody knows: anybody can write them below a note. */
function junk(number: number, octets = 64): string {
  return signatureLine({ name: `junk-${number}`, keyId: number, signature: Buffer.alloc(octets, number) });
}

describe('a fact', () => {
  it('has one name and one proof, whatever lines of unknown keys stand below its notes', async () => {
    for (const [older, newer] of [
      [16, 100],
      [300, 300],
    ] as const) {
      const pair = [theirs.at(older), ours.at(newer)] as const;
      const proof = (await proveEquivocation(pair, { logKey, tree: ours.tree }))!;
      const { name } = orThrow(verifyEquivocation(Buffer.from(proof), logKey));
      for (let number = 1; number <= 20; number++) {
        const between = theirs.at(older).note;
        const dressed = [proof + junk(number), proof.replace(between, between + junk(number))];
        for (const variant of dressed) {
          const shown = orThrow(verifyEquivocation(Buffer.from(variant), logKey));
          assert.deepEqual([shown.name, shown.proof], [name, proof]);
        }
      }
      // Of two of one size either may come first.
      const other = await proveEquivocation([pair[1], pair[0]], { logKey, tree: ours.tree });
      assert.equal(other, proof);
    }
  });

  it('has another name where another key, size or root is part of it', async () => {
    const next = generateLogKey(key.name);
    const verifier = orThrow(logVerifierOf([key, next].map((one) => ({ vkey: one.logKey.vkey, fromSize: 0 }))));
    const text = (size: number, octet: number) =>
      `${key.name}\n${size}\n${Buffer.alloc(32, octet).toString('base64')}\n`;
    const facts = [
      [signNote(text(5, 1), [key]), signNote(text(5, 2), [key]), key.logKey.vkey],
      [signNote(text(5, 1), [next]), signNote(text(5, 2), [next]), next.logKey.vkey],
      [signNote(text(5, 1), [key]), signNote(text(5, 2), [next]), undefined],
      [signNote(text(6, 1), [key]), signNote(text(6, 2), [key]), key.logKey.vkey],
      [signNote(text(5, 1), [key]), signNote(text(5, 3), [key]), key.logKey.vkey],
    ] as const;
    const shown = facts.map(([one, other]) => {
      return orThrow(verifyEquivocation(Buffer.from(`bongsu/equivocation@v1\n\n${one}\n${other}`), verifier));
    });
    assert.deepEqual(
      shown.map(({ signer }) => signer),
      facts.map(([, , signer]) => signer),
    );
    assert.equal(new Set(shown.map(({ name }) => name)).size, facts.length);
  });

  it('is proven by notes of the largest size too: the proof is small', async () => {
    const lines = Array.from({ length: NOTE_SIGNATURES_MAX - 1 }, (_, number) => junk(number, 2_900)).join('');
    const swollen = [theirs.at(300), ours.at(300)].map(({ note }) => {
      assert.ok(note.length + lines.length <= NOTE_SIZE_MAX && lines.length > NOTE_SIZE_MAX * 0.9);
      return orThrow(openCheckpoint(Buffer.from(note + lines), logKey));
    });
    const proof = (await proveEquivocation([swollen[0]!, swollen[1]!], { logKey, tree: ours.tree }))!;
    assert.ok(proof.length < 1_000, `${proof.length}`);
    orThrow(verifyEquivocation(Buffer.from(proof), logKey));
  });

  it('fits, with the largest checkpoints, the longest name and the most hashes', () => {
    const room = CHECKPOINT_SIZE_MAX - `\n5\n${Buffer.alloc(32).toString('base64')}\n`.length;
    const long = generateLogKey('n'.repeat(room));
    const note = signNote(`${long.name}\n5\n${Buffer.alloc(32, 1).toString('base64')}\n`, [long]);
    orThrow(openCheckpoint(Buffer.from(note), long.logKey));
    const head = `bongsu/equivocation@v1\nold ${Number.MAX_SAFE_INTEGER}\n`;
    const hashes = `${Buffer.alloc(32).toString('base64')}\n`.repeat(PROOF_HASHES_MAX + 1);
    const octets = Buffer.from(`${head}${hashes}\n${note}\n${note}`).length;
    assert.ok(octets <= EQUIVOCATION_SIZE_MAX, `${octets}`);
    const more = signNote(`${long.name}\n15\n${Buffer.alloc(32, 1).toString('base64')}\n`, [long]);
    const refused = openCheckpoint(Buffer.from(more), long.logKey);
    assert.ok(refused instanceof Fault);
    assert.equal(refused.facts.code, 'CHECKPOINT_TOO_LARGE');
  });
});

test('the empty tree contradicts nothing', async () => {
  const empty = { ...ours.at(1), size: 0 };
  assert.equal(await proveEquivocation([empty, ours.at(100)], { logKey, tree: ours.tree }), undefined);
});
