import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { faultCode, logPlace, numberedEntries } from '../../test/support/ledger.ts';
import { silentLog } from '../base/log.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { EQUIVOCATION_SIZE_MAX, proveEquivocation, verifyEquivocation } from './equivocation.ts';
import { generateLogKey } from './note-key.ts';
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

test('the empty tree contradicts nothing', async () => {
  const empty = { ...ours.at(1), size: 0 };
  assert.equal(await proveEquivocation([empty, ours.at(100)], { logKey, tree: ours.tree }), undefined);
});
