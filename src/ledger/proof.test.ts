import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { flipBit, testEntries, testEntry, writeLog } from '../../test/support/written-log.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { leafHash, verifyConsistency } from './merkle.ts';
import { generateLogKey, parseLogKey } from './note-key.ts';
import {
  checkProof,
  formatProof,
  makeProof,
  parseProof,
  PROOF_HASHES_MAX,
  PROOF_SIZE_MAX,
  proveConsistency,
  proveInclusion,
} from './proof.ts';
import { readCheckpoint, TreeReader } from './reader.ts';
import { FolderSource, UrlSource } from './tile-source.ts';

interface LogOfThree {
  readonly vkey: string;
  readonly entries: readonly string[];
  readonly tile: { path: string; hex: string };
  readonly inclusionOf1: readonly string[];
  readonly consistencyFrom1: readonly string[];
  readonly consistencyFrom2: readonly string[];
  readonly proofOf1: string;
}

const known = ledgerVectors('log-of-three.json') as LogOfThree;
const knownKey = orThrow(parseLogKey(known.vkey));
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));
const beta = leafHash(Buffer.from('beta'));

describe('the proof of the vector', () => {
  const proof = orThrow(parseProof(Buffer.from(known.proofOf1)));

  it('is parsed, formatted and holds', () => {
    assert.deepEqual(hex(proof.hashes), known.inclusionOf1);
    assert.equal(formatProof(proof), known.proofOf1);
    assert.equal(orThrow(checkProof(proof, { leafHash: beta, logKey: knownKey })).size, 3);
  });

  it('follows from its tile', async () => {
    const source = {
      place: 'memory',
      read: async (path: string) => (path === known.tile.path ? Buffer.from(known.tile.hex, 'hex') : undefined),
    };
    const tree = new TreeReader(source, 3);
    assert.deepEqual(hex(await proveInclusion(tree, 1)), known.inclusionOf1);
    assert.deepEqual(hex(await proveConsistency(tree, 1)), known.consistencyFrom1);
    assert.deepEqual(hex(await proveConsistency(tree, 2)), known.consistencyFrom2);
    assert.deepEqual(await proveConsistency(tree, 0), []);
    assert.deepEqual(await proveConsistency(tree, 3), []);
  });

  it('does not hold for another entry, index or key', () => {
    const gamma = leafHash(Buffer.from('gamma'));
    assertFault(checkProof(proof, { leafHash: gamma, logKey: knownKey }), 'PROOF_DOES_NOT_HOLD');
    assertFault(checkProof({ ...proof, index: 0 }, { leafHash: beta, logKey: knownKey }), 'PROOF_DOES_NOT_HOLD');
    const { logKey } = generateLogKey(knownKey.name);
    assertFault(checkProof(proof, { leafHash: beta, logKey }), 'NOTE_UNSIGNED');
  });

  it('does not hold after any flipped bit or cut', () => {
    const bytes = Buffer.from(known.proofOf1);
    const holds = (bytes: Buffer): boolean => {
      const proof = parseProof(bytes);
      return !(proof instanceof Fault) && !(checkProof(proof, { leafHash: beta, logKey: knownKey }) instanceof Fault);
    };
    assert.ok(holds(bytes));
    for (let size = 0; size < bytes.length; size++) assert.ok(!holds(bytes.subarray(0, size)), `cut at ${size}`);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      assert.ok(!holds(flipped), `bit ${bit}`);
    }
  });
});

describe('a proof’s text', () => {
  const [, , first] = known.proofOf1.split('\n');
  const checkpoint = known.proofOf1.split('\n\n').slice(1).join('\n\n');
  const textOf = (...lines: string[]): string => `${lines.join('\n')}\n\n${checkpoint}`;
  const HEADER = 'c2sp.org/tlog-proof@v1';

  for (const [why, text, part] of [
    ['nothing', '', 'checkpoint'],
    ['no empty line', `${HEADER}\nindex 1\n`, 'checkpoint'],
    ['another version', textOf('c2sp.org/tlog-proof@v2', 'index 1'), 'header'],
    ['no index', textOf(HEADER), 'index'],
    ['an index with a leading zero', textOf(HEADER, 'index 01'), 'index'],
    ['an index past 2^53-1', textOf(HEADER, 'index 9007199254740992'), 'index'],
    ['extra behind the index', textOf(HEADER, 'index 1', 'extra AAAA'), 'hashes'],
    ['extra twice', textOf(HEADER, 'extra AAAA', 'extra AAAA', 'index 1'), 'index'],
    ['extra that is no base64', textOf(HEADER, 'extra AAA', 'index 1'), 'extra'],
    ['a hash of 31 octets', textOf(HEADER, 'index 1', Buffer.alloc(31).toString('base64')), 'hashes'],
    ['a hash without padding', textOf(HEADER, 'index 1', first!.replace('=', '')), 'hashes'],
    ['CR LF', known.proofOf1.replaceAll('\n', '\r\n'), 'checkpoint'],
    [
      'a hash too many',
      textOf(HEADER, 'index 1', ...Array.from({ length: PROOF_HASHES_MAX + 1 }, () => first!)),
      'hashes',
    ],
  ] as const) {
    it(`is refused: ${why}`, () => {
      const parsed = parseProof(Buffer.from(text));
      assert.ok(parsed instanceof Fault);
      assert.deepEqual(parsed.facts, { code: 'PROOF_MALFORMED', part });
    });
  }

  it('has a largest number of hashes and a largest size', () => {
    const hashes = Array.from({ length: PROOF_HASHES_MAX }, () => first!);
    assert.equal(
      orThrow(parseProof(Buffer.from(textOf(HEADER, 'index 1', ...hashes)))).hashes.length,
      PROOF_HASHES_MAX,
    );
    assertFault(parseProof(Buffer.alloc(PROOF_SIZE_MAX)), 'PROOF_MALFORMED');
    assertFault(parseProof(Buffer.alloc(PROOF_SIZE_MAX + 1)), 'PROOF_TOO_LARGE');
  });

  it('is read back as it was written', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
    const proofs = fc.record(
      {
        extra: fc.option(
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          { nil: undefined },
        ),
        index: fc.maxSafeNat(),
        hashes: fc.array(hash, { maxLength: PROOF_HASHES_MAX }),
        checkpoint: fc.constant(checkpoint),
      },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(proofs, (proof) => assert.deepEqual(parseProof(Buffer.from(formatProof(proof))), proof)));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseProof(bytes)));
  });
});

describe('proofs from a log’s files', () => {
  const SIZE = 66_000;
  const root = mkdtempSync(join(tmpdir(), 'bongsu-proof-'));
  let log: Awaited<ReturnType<typeof writeLog>>;
  before(async () => {
    log = await writeLog(root, testEntries(SIZE));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('hold for indexes at every edge, over HTTP too', async (test) => {
    const { folder, key } = log;
    const { url } = await serveLog(test, folder);
    for (const source of [new FolderSource(folder), new UrlSource(url)]) {
      for (const index of [0, 1, 255, 256, 65_535, 65_536, SIZE - 1]) {
        const proof = await makeProof(source, { index, logKey: key.logKey, withEntry: index % 2 === 0 });
        const claim = { leafHash: leafHash(testEntry(index)), logKey: key.logKey };
        assert.equal(orThrow(checkProof(orThrow(parseProof(Buffer.from(formatProof(proof)))), claim)).size, SIZE);
        assert.equal(proof.extra?.equals(testEntry(index)), index % 2 === 0 ? true : undefined);
      }
    }
  });

  it('show that the log only grew, from any older size', async () => {
    const source = new FolderSource(log.folder);
    const tree = new TreeReader(source, SIZE);
    const newerRoot = await tree.root();
    for (const olderSize of [0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, SIZE - 1, SIZE]) {
      const claim = { olderSize, olderRoot: await tree.root(olderSize), newerSize: SIZE, newerRoot };
      assert.ok(verifyConsistency(claim, await proveConsistency(tree, olderSize)), `from ${olderSize}`);
    }
  });

  it('end at the log’s size', async () => {
    const wanted = { index: SIZE, logKey: log.key.logKey, withEntry: false };
    await assert.rejects(makeProof(new FolderSource(log.folder), wanted), isFault('ENTRY_NOT_IN_LOG'));
  });

  it('are not given away where the files disagree with the checkpoint', async (test) => {
    const { folder, key } = await writeLog(temporaryFolder(test), testEntries(300));
    const source = new FolderSource(folder);
    await flipBit(join(folder, 'tile/0/000'), 0);
    const near = { index: 1, logKey: key.logKey, withEntry: false };
    await assert.rejects(makeProof(source, near), isFault('PROOF_DOES_NOT_HOLD'));
    await rm(join(folder, 'tile/0/000'));
    await assert.rejects(makeProof(source, near), isFault('LOG_FILE_MISSING'));
    await writeFile(join(folder, 'tile/0/000'), 'short');
    await assert.rejects(makeProof(source, near), isFault('LOG_FILE_WRONG_SIZE'));
  });

  it('name the signed tree', async () => {
    const { root, size } = await readCheckpoint(new FolderSource(log.folder), log.key.logKey);
    assert.deepEqual(await new TreeReader(new FolderSource(log.folder), size).root(), root);
  });
});

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}

function assertFault(parsed: unknown, code: string): void {
  assert.ok(parsed instanceof Fault);
  assert.equal(parsed.facts.code, code);
}
