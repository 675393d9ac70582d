import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { EVIDENCE_SIZE_MAX, EvidenceFiles, UPLOADS_MAX, UPLOADS_PER_HOLDER_MAX } from './evidence-files.ts';

const nothingAgainst = (): void => undefined;

describe('the folder of evidence', () => {
  let folder: string;
  let files: EvidenceFiles;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-evidence-'));
    files = await EvidenceFiles.open(folder, { freeSizeMin: 0 });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sha256 = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');
  const names = (): string[] => readdirSync(folder).sort();

  it('keeps a file under its hash, once however often and in whatever pieces it comes', async () => {
    const octets = Buffer.from('%PDF-1.7 the plan');
    for (const pieces of [[octets], [...octets].map((octet) => Buffer.from([octet]))]) {
      const kept = await files.keep(Readable.from(pieces), 'f-1', nothingAgainst);
      assert.deepEqual(kept, { sha256: sha256(octets), size: octets.length, head: octets.subarray(0, 16) });
    }
    assert.deepEqual(names(), [sha256(octets)]);
    const read = await (await files.read(sha256(octets), octets.length)).toArray();
    assert.deepEqual(Buffer.concat(read as Buffer[]), octets);
  });

  it('takes a file of the greatest size, and none that is one octet larger', async () => {
    const largest = await files.keep(Readable.from(pieces(EVIDENCE_SIZE_MAX)), 'f-1', nothingAgainst);
    assert.equal(largest.size, EVIDENCE_SIZE_MAX);
    const before = names();
    const large = refused({ code: 'EVIDENCE_FILE_TOO_LARGE', sizeMax: EVIDENCE_SIZE_MAX });
    await assert.rejects(files.keep(Readable.from(pieces(EVIDENCE_SIZE_MAX + 1)), 'f-1', nothingAgainst), large);
    assert.deepEqual(names(), before);
  });

  it('what is empty, breaks off, or is refused for its first octets leaves nothing', async () => {
    const before = names();
    await assert.rejects(
      files.keep(Readable.from([]), 'f-1', nothingAgainst),
      refused({ code: 'EVIDENCE_FILE_EMPTY' }),
    );
    const broken = new Readable({ read() {} });
    broken.push('half');
    setImmediate(() => broken.destroy(new Error('the peer is gone')));
    await assert.rejects(files.keep(broken, 'f-1', nothingAgainst), refused({ code: 'EVIDENCE_CUT' }));
    const seen: string[] = [];
    const refuse = (head: Buffer): void => {
      seen.push(head.toString());
      throw new Error('no');
    };
    await assert.rejects(files.keep(Readable.from([Buffer.from('MZ')]), 'f-1', refuse), /no/);
    assert.deepEqual(seen, ['MZ']);
    assert.deepEqual(names(), before);
  });

  it('so many come in at one time, and one more is told to come again', async () => {
    const streams = Array.from({ length: UPLOADS_MAX }, () => new Readable({ read() {} }));
    const kept = streams.map((stream, place) => files.keep(stream, `f-${place}`, nothingAgainst));
    const busy = refused({ code: 'EVIDENCE_BUSY', uploadsMax: UPLOADS_MAX });
    await assert.rejects(files.keep(Readable.from([Buffer.from('x')]), 'one more', nothingAgainst), busy);
    for (const stream of streams) {
      stream.push('y');
      stream.push(null);
    }
    await Promise.all(kept);
    assert.equal((await files.keep(Readable.from([Buffer.from('x')]), 'f-1', nothingAgainst)).size, 1);
  });

  it('so many come from one firm at one time, and others are not kept waiting by it', async () => {
    const streams = Array.from({ length: UPLOADS_PER_HOLDER_MAX }, () => new Readable({ read() {} }));
    const kept = streams.map((stream) => files.keep(stream, 'slow', nothingAgainst));
    const busy = refused({ code: 'EVIDENCE_BUSY', uploadsMax: UPLOADS_MAX });
    await assert.rejects(files.keep(Readable.from([Buffer.from('x')]), 'slow', nothingAgainst), busy);
    assert.equal((await files.keep(Readable.from([Buffer.from('x')]), 'other', nothingAgainst)).size, 1);
    for (const stream of streams) {
      stream.push('y');
      stream.push(null);
    }
    await Promise.all(kept);
    assert.equal((await files.keep(Readable.from([Buffer.from('x')]), 'slow', nothingAgainst)).size, 1);
  });

  it('a disk without room takes nothing', async () => {
    const full = await EvidenceFiles.open(folder, { freeSizeMin: Number.MAX_SAFE_INTEGER });
    const noRoom = refused({ code: 'EVIDENCE_NO_ROOM' });
    await assert.rejects(full.keep(Readable.from([Buffer.from('x')]), 'f-1', nothingAgainst), noRoom);
  });

  it('a file that is gone, or not whole, is not handed out', async () => {
    const octets = Buffer.from('soon damaged');
    const { sha256: name, size } = await files.keep(Readable.from([octets]), 'f-1', nothingAgainst);
    truncateSync(join(folder, name), 4);
    await assert.rejects(files.read(name, size), refused({ code: 'EVIDENCE_DAMAGED' }));
    rmSync(join(folder, name));
    await assert.rejects(files.read(name, size), refused({ code: 'EVIDENCE_DAMAGED' }));
  });

  it('what an earlier process left half is taken away, and nothing else', async () => {
    const before = names();
    writeFileSync(join(folder, 'left.unfinished'), 'half');
    await EvidenceFiles.open(folder);
    assert.deepEqual(names(), before);
    assert.equal(readFileSync(join(folder, sha256(Buffer.from('x')))).toString(), 'x');
  });
});

function* pieces(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(64 * 1024, 1);
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length));
}
