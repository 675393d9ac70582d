import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encode } from 'cborg';
import { BOOK_MEMBERS, bookEntry, CERTIFICATES, senderStatements } from '../../test/support/books.ts';
import { entryOf, foldSettled } from '../../test/support/standing.ts';
import { refused } from '../../test/support/desk.ts';
import { silentLog } from '../base/log.ts';
import type { Statement } from '../statements/statement.ts';
import { type LogSizes, readBookFile, writeBookFile } from './book-file.ts';
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
  return bookEntry('injeung', index, entryOf('injeung', statement))!;
});
const both = (size: number): LogSizes => ({ folded: size, settled: size });
/** Some are beyond a budget, some state another anew. */
const marks = (index: number): object => ({
  ...(index % 3 === 1 && { isQuarantined: true }),
  ...(index % 4 === 3 && { continues: index - 1 }),
});
const SIZES = new Map([
  ['injeung', both(2)],
  ['hanbit', both(5)],
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

  async function read(taken: ReadonlyMap<string, LogSizes> = SIZES, path = file): Promise<Books> {
    const books = new Books(BOOK_MEMBERS);
    await readBookFile(path, books, taken);
    return books;
  }

  it('is read back as it was written, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(senderStatements, { maxLength: 30 }), async (statements) => {
        const entries = statements.map((statement, index) => {
          return { ...bookEntry('injeung', index, entryOf('injeung', statement))!, ...marks(index) };
        });
        const sizes = new Map([['injeung', both(entries.length)]]);
        await writeBookFile(file, { sizes, entries });
        const books = await read(sizes);
        assert.deepEqual(
          books.entries().map(({ statement, ...rest }) => [rest, statement.kind]),
          entries.map(({ statement, ...rest }) => [rest, statement.kind]),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('that is ahead of the snapshot is read as far as the snapshot goes', async () => {
    await writeBookFile(file, { sizes: SIZES, entries: ENTRIES });
    const books = await read(new Map([['injeung', both(1)]]));
    assert.equal(books.senders.find(CERTIFICATES[0])?.state, 'certified');
    assert.equal((await read()).senders.find(CERTIFICATES[0])?.state, 'suspended');
  });

  it('that is ahead of what has settled keeps permitting statements back', async () => {
    await writeBookFile(file, { sizes: SIZES, entries: ENTRIES });
    const books = await read(new Map([['injeung', { folded: 2, settled: 0 }]]));
    assert.deepEqual(
      books.entries().map(({ index }) => index),
      [1],
    );
    assert.equal(books.senders.find(CERTIFICATES[0]), undefined);
  });

  it('that is behind the snapshot is of no use: what stands between them would be lost', async () => {
    await writeBookFile(file, { sizes: SIZES, entries: ENTRIES });
    const corrupt = refused({ code: 'SNAPSHOT_CORRUPT', at: 0 });
    await assert.rejects(read(new Map([['injeung', both(3)]])), corrupt);
    await assert.rejects(read(new Map([['gwan', both(1)]])), corrupt);
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
    const other = encode({ format: 'bongsu-books/3', sizes: {}, entries: [] });
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
      foldSettled(
        standing,
        'injeung',
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
      foldSettled(loaded, 'injeung', [entryOf('injeung', reinstated)]);
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
      await writeBookFile(books(), { sizes: new Map([['injeung', both(1)]]), entries: ENTRIES.slice(0, 1) });
      await assert.rejects(load(), refused({ code: 'SNAPSHOT_CORRUPT', at: 0 }));
    });
  });
});
