import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FilesByHash } from './files-by-hash.ts';

describe('files by their hash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-files-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps octets once, and reads them back', async () => {
    const files = new FilesByHash(join(folder, 'kept'));
    const sha256 = await files.keep(Buffer.from('log line'));
    assert.equal(await files.keep(Buffer.from('log line')), sha256);
    assert.equal((await files.read(sha256))?.toString(), 'log line');
  });

  it('gives nothing where a file is gone, changed, or the name is a path', async () => {
    const files = new FilesByHash(folder);
    const sha256 = await files.keep(Buffer.from('as it was'));
    writeFileSync(join(folder, sha256), 'as it is now');
    assert.equal(await files.read(sha256), undefined);
    assert.equal(await files.read('0'.repeat(64)), undefined);
    assert.equal(await files.read('../kept'), undefined);
  });
});
