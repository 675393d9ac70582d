import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encode } from 'cborg';
import { BOOK_MEMBERS, CERTIFICATES, senderStatements } from '../../test/support/books.ts';
import { entryOf } from '../../test/support/standing.ts';
import { refused } from '../../test/support/desk.ts';
import { silentLog } from '../base/log.ts';
import type { Statement } from '../statements/statement.ts';
import { readBookFile, writeBookFile } from './book-file.ts';
import { type BookEntry, Books } from './books.ts';
import { Standing } from './standing.ts';

const certified: Statement = {
  kind: 'sender.certified',
  certificate: CERTIFICATES[0],
  firm: '바른문자',
  originator: '301200001',
  priority: 'normal',
};
const suspended: Statement = { kind: 'sender.suspended', certificate: CERTIFICATES[0], reason: 'spam' };
const ENTRIES: readonly BookEntry[] = [certified, suspended].map((statement, index) => {
  return { member: 'injeung', index, bytes: entryOf('injeung', statement) };
});
const SIZES = new Map([
  ['injeung', 2],
  ['hanbit', 5],
]);
const ROOTS = new Map(BOOK_MEMBERS.map(({ name }, number) => [name, (number + 1).toString(16).padStart(64, '0')]));

describe('the file of the books', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-books-'));
    file = join(folder, 'books');
  });
  after(() => rm(folder, { recursive: true }));

  async function read(folded: ReadonlyMap<string, number> = SIZES, path = file): Promise<Books> {
    const books = new Books(BOOK_MEMBERS);
    await readBookFile(path, books, folded);
    return books;
  }

  it('is read back as it was written, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(senderStatements, { maxLength: 30 }), async (statements) => {
        const entries = statements.map((statement, index) => {
          return { member: 'injeung', index, bytes: entryOf('injeung', statement) };
        });
        const sizes = new Map([['injeung', entries.length]]);
        await writeBookFile(file, { sizes, entries });
        const books = await read(sizes);
        assert.deepEqual(
          [...books.entries()].map(({ index, bytes }) => [index, Buffer.from(bytes).toString('hex')]),
          entries.map(({ index, bytes }) => [index, Buffer.from(bytes).toString('hex')]),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('that is ahead of the snapshot is read as far as the snapshot goes', async () => {
    await writeBookFile(file, { sizes: SIZES, entries: ENTRIES });
    const books = await read(new Map([['injeung', 1]]));
    assert.equal(books.senders.find(CERTIFICATES[0])?.state, 'certified');
    assert.equal((await read()).senders.find(CERTIFICATES[0])?.state, 'suspended');
  });

  it('that is behind the snapshot is of no use: what stands between them would be lost', async () => {
    await writeBookFile(file, { sizes: SIZES, entries: ENTRIES });
    const corrupt = refused({ code: 'SNAPSHOT_CORRUPT', at: 0 });
    await assert.rejects(read(new Map([['injeung', 3]])), corrupt);
    await assert.rejects(read(new Map([['gwan', 1]])), corrupt);
  });

  it('is named when it is missing', async () => {
    await assert.rejects(read(SIZES, join(folder, 'nothing')), refused({ code: 'SNAPSHOT_MISSING' }));
  });

  it('is corrupt when it is cut anywhere, longer, changed in any octet, or of another format', async () => {
    await writeBookFile(file, { sizes: SIZES, entries: ENTRIES });
    const whole = await readFile(file);
    const damaged = join(folder, 'damaged');
    const corrupt = refused({ code: 'SNAPSHOT_CORRUPT', at: 0 });
    const refuse = async (bytes: Uint8Array): Promise<void> => {
      await writeFile(damaged, bytes);
      await assert.rejects(read(SIZES, damaged), corrupt);
    };
    for (let size = 0; size < whole.length; size += 7) await refuse(whole.subarray(0, size));
    await refuse(whole.subarray(0, -1));
    await refuse(Buffer.concat([whole, Buffer.alloc(1)]));
    for (let at = 0; at < whole.length; at += 5) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      await refuse(changed);
    }
    const other = encode({ format: 'bongsu-books/2', sizes: {}, entries: [] });
    await refuse(Buffer.concat([other, createHash('sha256').update(other).digest()]));
  });

  describe('beside a snapshot', () => {
    const load = (): Promise<Standing> => {
      const rootAt = (member: string) => Promise.resolve(ROOTS.get(member));
      return Standing.fromSnapshot(join(folder, 'snapshot'), { members: BOOK_MEMBERS, rootAt }, { log: silentLog });
    };
    const books = (): string => join(folder, 'snapshot.books');

    async function write(): Promise<Standing> {
      const standing = new Standing({ members: BOOK_MEMBERS }, { log: silentLog });
      standing.fold(
        'injeung',
        0,
        [certified, suspended].map((statement) => entryOf('injeung', statement)),
      );
      await standing.writeSnapshot(join(folder, 'snapshot'), ROOTS);
      return standing;
    }

    it('is loaded with it: the same standing, byte for byte, and what comes next folds on', async () => {
      const standing = await write();
      const loaded = await load();
      assert.equal(loaded.digest(), standing.digest());
      assert.deepEqual(loaded.books.senders.find(CERTIFICATES[0]), standing.books.senders.find(CERTIFICATES[0]));
      const reinstated: Statement = { kind: 'sender.reinstated', certificate: CERTIFICATES[0], reason: 'remedied' };
      loaded.fold('injeung', 2, [entryOf('injeung', reinstated)]);
      assert.equal(loaded.books.senders.find(CERTIFICATES[0])?.state, 'certified');
    });

    it('missing, cut or changed, it makes the snapshot of no use: nobody is taken for certified, or for not suspended', async () => {
      await write();
      const whole = await readFile(books());
      for (const [bytes, code] of [
        [whole.subarray(0, 10), 'SNAPSHOT_CORRUPT'],
        [Buffer.from(whole.map((octet, at) => (at === 40 ? octet ^ 1 : octet))), 'SNAPSHOT_CORRUPT'],
        [undefined, 'SNAPSHOT_MISSING'],
      ] as const) {
        if (bytes === undefined) await rm(books());
        else await writeFile(books(), bytes);
        await assert.rejects(load(), (thrown: { facts?: { code: string } }) => thrown.facts?.code === code);
      }
    });

    it('of an older moment than the snapshot, it makes it of no use', async () => {
      await write();
      await writeBookFile(books(), { sizes: new Map([['injeung', 1]]), entries: ENTRIES.slice(0, 1) });
      await assert.rejects(load(), refused({ code: 'SNAPSHOT_CORRUPT', at: 0 }));
    });
  });
});
