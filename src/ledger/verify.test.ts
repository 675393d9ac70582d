import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { testEntries, testEntry, writeLog } from '../../test/support/written-log.ts';
import { Fault } from '../base/fault.ts';
import { signCheckpoint } from './checkpoint.ts';
import { BUNDLE_SIZE_MAX } from './bundle.ts';
import { generateLogKey, type SigningKey } from './note-key.ts';
import { TreeReader } from './reader.ts';
import { FolderSource, SourceError, type TileSource, UrlSource } from './tile-source.ts';
import { verifyLog } from './verify.ts';

// 257 full bundles and a partial one: level 1 has a full tile and a partial one, level 2 a partial one.
const SIZE = 257 * 256 + 44;
const key = generateLogKey('log.hanbit.example/shared');
const root = mkdtempSync(join(tmpdir(), 'bongsu-verify-'));
const whole = join(root, 'log');

before(async () => {
  await writeLog(root, testEntries(SIZE), key);
});
after(() => rmSync(root, { recursive: true, force: true }));

describe('a whole log', () => {
  it('is accepted from its folder, with every file looked at', async () => {
    const progress: number[] = [];
    const verified = await verifyLog({
      source: new FolderSource(whole),
      logKey: key.logKey,
      onProgress: (verified, size) => progress.push(verified / size),
    });
    const { rootHex, ...rest } = verified;
    assert.match(rootHex, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, { origin: key.name, size: SIZE, issuer: 'hanbit', bundles: 258, tiles: 258 + 2 + 1 });
    assert.equal(progress.length, 258);
    assert.equal(progress.at(-1), 1);
  });

  it('is accepted from a web server', async (test) => {
    const small = await writeLog(temporaryFolder(test), testEntries(300), key);
    const { url } = await serveLog(test, small.folder);
    assert.equal((await verifyLog({ source: new UrlSource(url), logKey: key.logKey })).size, 300);
  });

  for (const size of [0, 1, 3, 255, 256, 257, 511, 512, 513]) {
    it(`is accepted at ${size} entries`, async (test) => {
      const { folder } = await writeLog(temporaryFolder(test), testEntries(size), key);
      const verified = await verifyLog({ source: new FolderSource(folder), logKey: key.logKey });
      assert.equal(verified.size, size);
      assert.equal(verified.issuer, size === 0 ? undefined : 'hanbit');
    });
  }

  it('is accepted where full files stand in for the partial ones', async (test) => {
    const { folder } = await writeLog(temporaryFolder(test), testEntries(512), key);
    const root = await new TreeReader(new FolderSource(folder), 512).root(300);
    await writeFile(join(folder, 'checkpoint'), signCheckpoint({ origin: key.name, size: 300, root }, [key]));
    const first = await new TreeReader(new FolderSource(folder), 512).subtreeHash(0, 256);
    await writeFile(join(folder, 'tile/1/000.p/1'), first);
    assert.equal((await verifyLog({ source: new FolderSource(folder), logKey: key.logKey })).size, 300);
  });
});

describe('a damaged log is refused, and the fault names the place', () => {
  const cases: readonly [string, Changes, object][] = [
    [
      'a flipped bit in the first entry’s text',
      { 'tile/entries/000': flipped(-3) },
      { code: 'LOG_HASH_WRONG', path: 'tile/0/000', hash: 255, firstEntry: 255 },
    ],
    [
      'a flipped bit in the last leaf hash',
      { 'tile/0/257.p/44': flipped(-1) },
      { code: 'LOG_HASH_WRONG', path: 'tile/0/257.p/44', hash: 43, firstEntry: 65_835 },
    ],
    [
      'a flipped bit in a full tile of level 1',
      { 'tile/1/000': flipped(32 * 100) },
      { code: 'LOG_HASH_WRONG', path: 'tile/1/000', hash: 100, firstEntry: 25_600 },
    ],
    [
      'a flipped bit in the partial tile of level 1',
      { 'tile/1/001.p/1': flipped(0) },
      { code: 'LOG_HASH_WRONG', path: 'tile/1/001.p/1', hash: 0, firstEntry: 65_536 },
    ],
    [
      'a flipped bit in the partial tile of level 2',
      { 'tile/2/000.p/1': flipped(0) },
      { code: 'LOG_HASH_WRONG', path: 'tile/2/000.p/1', hash: 0, firstEntry: 0 },
    ],
    [
      'a missing bundle',
      { 'tile/entries/100': () => undefined },
      { code: 'LOG_FILE_MISSING', path: 'tile/entries/100' },
    ],
    [
      'a missing tile above the leaves',
      { 'tile/1/000': () => undefined },
      { code: 'LOG_FILE_MISSING', path: 'tile/1/000' },
    ],
    ['no checkpoint', { checkpoint: () => undefined }, { code: 'LOG_FILE_MISSING', path: 'checkpoint' }],
    [
      'a tile cut short',
      { 'tile/0/002': cutTo(8191) },
      { code: 'LOG_FILE_WRONG_SIZE', path: 'tile/0/002', size: 8191, sizeExpected: 8192 },
    ],
    [
      'a tile that goes on',
      { 'tile/0/257.p/44': followedBy(Buffer.alloc(32)) },
      { code: 'LOG_FILE_WRONG_SIZE', path: 'tile/0/257.p/44', size: 45 * 32, sizeExpected: 44 * 32 },
    ],
    [
      'a bundle cut short',
      { 'tile/entries/000': cutTo(100) },
      { code: 'LOG_BUNDLE_MALFORMED', path: 'tile/entries/000', reason: 'cut short', entry: 0 },
    ],
    [
      'an empty bundle',
      { 'tile/entries/000': cutTo(0) },
      { code: 'LOG_BUNDLE_MALFORMED', path: 'tile/entries/000', reason: 'empty', entry: 0 },
    ],
    [
      'an entry too many in the last bundle',
      { 'tile/entries/257.p/44': followedBy(Buffer.of(0, 0)) },
      { code: 'LOG_BUNDLE_WRONG_COUNT', path: 'tile/entries/257.p/44', count: 45, countExpected: 44 },
    ],
    [
      'a file without an end',
      { 'tile/entries/000': cutTo(BUNDLE_SIZE_MAX + 1) },
      { code: 'SOURCE_TOO_LARGE', path: 'tile/entries/000', sizeMax: BUNDLE_SIZE_MAX },
    ],
    [
      'a bundle in the place of another',
      { 'tile/entries/002': (_, read) => read('tile/entries/001') },
      { code: 'LOG_HASH_WRONG', path: 'tile/0/002', hash: 0, firstEntry: 512 },
    ],
    [
      'a changed checkpoint',
      { checkpoint: flipped(key.name.length + 3) },
      { code: 'NOTE_SIGNATURE_WRONG', name: key.name },
    ],
  ];
  for (const [what, changes, facts] of cases) {
    it(what, async () => assert.deepEqual(await faultOf(changed(changes)), facts));
  }

  it('a signed root that the entries do not give', async () => {
    const note = signCheckpoint({ origin: key.name, size: SIZE, root: Buffer.alloc(32, 1) }, [key]);
    const source = changed({ checkpoint: () => Buffer.from(note) });
    assert.deepEqual(await faultOf(source), { code: 'LOG_ROOT_WRONG', size: SIZE });
  });

  it('the log of another key', async () => {
    const fault = await faultOf(new FolderSource(whole), generateLogKey(key.name));
    assert.deepEqual(fault, { code: 'NOTE_UNSIGNED', name: key.name });
  });

  it('entries and hashes exchanged together: only the tiles above tell', async () => {
    const source = changed({
      'tile/entries/003': (_, read) => read('tile/entries/004'),
      'tile/entries/004': (_, read) => read('tile/entries/003'),
      'tile/0/003': (_, read) => read('tile/0/004'),
      'tile/0/004': (_, read) => read('tile/0/003'),
    });
    const fault = { code: 'LOG_HASH_WRONG', path: 'tile/1/000', hash: 3, firstEntry: 3 * 256 };
    assert.deepEqual(await faultOf(source), fault);
  });
});

describe('a log that is signed and wrong', () => {
  it('is refused where an entry is none', async (test) => {
    const entries = [testEntry(0), Buffer.from('alpha')];
    const { folder } = await writeLog(temporaryFolder(test), entries, key);
    const path = 'tile/entries/000.p/2';
    assert.deepEqual(await faultOf(new FolderSource(folder)), {
      code: 'LOG_ENTRY_MALFORMED',
      path,
      index: 1,
      reason: 'ENTRY_NOT_CBOR',
    });
  });

  it('is refused where the issuer changes', async (test) => {
    const entries = [...testEntries(299), testEntry(299, 'narae')];
    const { folder } = await writeLog(temporaryFolder(test), entries, key);
    assert.deepEqual(await faultOf(new FolderSource(folder)), {
      code: 'LOG_ISSUER_CHANGED',
      path: 'tile/entries/001.p/44',
      index: 299,
    });
  });
});

type Read = (path: string) => Buffer;
/** What stands in a file instead of what was written; undefined where the file is gone. */
type Changes = Readonly<Record<string, (bytes: Buffer, read: Read) => Buffer | undefined>>;

/** The whole log with some files changed. */
function changed(changes: Changes): TileSource {
  const source = new FolderSource(whole);
  const read: Read = (path) => readFileSync(join(whole, path));
  return {
    place: whole,
    read: async (path, sizeMax) => {
      const change = changes[path];
      if (change === undefined) return source.read(path, sizeMax);
      const bytes = change(read(path), read);
      if (bytes !== undefined && bytes.length > sizeMax) {
        throw new SourceError({ code: 'SOURCE_TOO_LARGE', path, sizeMax });
      }
      return bytes;
    },
  };
}

function flipped(at: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const changed = Buffer.from(bytes);
    changed[at < 0 ? bytes.length + at : at]! ^= 1;
    return changed;
  };
}

function cutTo(size: number): (bytes: Buffer) => Buffer {
  return (bytes) => Buffer.concat([bytes, Buffer.alloc(Math.max(0, size - bytes.length))]).subarray(0, size);
}

function followedBy(more: Buffer): (bytes: Buffer) => Buffer {
  return (bytes) => Buffer.concat([bytes, more]);
}

async function faultOf(source: TileSource, { logKey }: SigningKey = key): Promise<object> {
  try {
    await verifyLog({ source, logKey });
  } catch (error) {
    if (error instanceof Fault) return error.facts as object;
    throw error;
  }
  assert.fail('the log was accepted');
}
