import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BOOK_MEMBERS,
  bookEntry,
  CELLS,
  cellStatements,
  CERTIFICATES,
  NUMBER_TAGS,
  senderStatements,
} from '../../test/support/books.ts';
import { entryOf, foldSettled } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import { cellText } from '../identifiers/cell.ts';
import type { Statement } from '../statements/statement.ts';
import { type BookEntry, type BookEvent, Books, isBookStatement } from './books.ts';
import { Standing } from './standing.ts';

const statements = fc.oneof({ weight: 3, arbitrary: senderStatements }, { weight: 1, arbitrary: cellStatements });
/** What the members say, in an order between them that is one of many. */
const sayings = fc.array(fc.record({ member: fc.nat(BOOK_MEMBERS.length - 1), statement: statements }), {
  maxLength: 60,
});

function entriesOf(said: readonly { member: number; statement: Statement }[]): BookEntry[] {
  const sizes = new Map<string, number>();
  return said.map(({ member, statement }) => {
    const { name } = BOOK_MEMBERS[member]!;
    const index = sizes.get(name) ?? 0;
    sizes.set(name, index + 1);
    return bookEntry(name, index, entryOf(name, statement))!;
  });
}

function booksOf(entries: Iterable<BookEntry>): Books {
  const books = new Books(BOOK_MEMBERS);
  for (const entry of entries) books.accept([entry]);
  return books;
}

/** All that can be asked of books. */
function answersOf({ senders, cells }: Books): object {
  return {
    certificates: CERTIFICATES.map((code) => senders.find(code)),
    all: [...senders.all()].map((standing) => JSON.stringify(standing)).sort(),
    owners: CERTIFICATES.flatMap((code) => {
      const standing = senders.find(code);
      return standing === undefined ? [] : NUMBER_TAGS.map((tag) => senders.number(standing, tag));
    }),
    cells: CELLS.map((cell) => cells.find(cellText(cell))),
    at: CELLS.map((cell) => cells.find(cellText(cell), 500)),
  };
}

describe('the books of senders and cells', () => {
  it('say the same whatever the order between logs', () => {
    fc.assert(
      fc.property(sayings, fc.infiniteStream(fc.nat(BOOK_MEMBERS.length - 1)), (said, draws) => {
        const entries = entriesOf(said);
        const logs = BOOK_MEMBERS.map(({ name }) => entries.filter(({ member }) => member === name));
        const shuffled: BookEntry[] = [];
        while (logs.some((log) => log.length > 0)) {
          const entry = logs[draws.next().value as number]!.shift();
          if (entry !== undefined) shuffled.push(entry);
        }
        const [straight, other] = [booksOf(entries), booksOf(shuffled)];
        assert.deepEqual(answersOf(other), answersOf(straight));
        assert.deepEqual(other.digest(), straight.digest());
      }),
    );
  });

  it('folded again from the entries that they keep, say the same', () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const books = booksOf(entriesOf(said));
        const again = booksOf(books.entries());
        assert.deepEqual(answersOf(again), answersOf(books));
        assert.deepEqual(again.digest(), books.digest());
      }),
    );
  });

  it('hear of cells from operators and regulators, and let each end its own alone', () => {
    const [cell] = CELLS;
    const distrusted: Statement = { kind: 'cell.distrusted', cell: cell!, fromMs: 10, toMs: 20, reason: 'cloned' };
    const cleared = (member: string): Statement => ({ kind: 'cell.cleared', cell: cell!, ends: { member, index: 0 } });
    const find = (said: { member: number; statement: Statement }[]) =>
      booksOf(entriesOf(said)).cells.find(cellText(cell!)).length;
    assert.equal(find([{ member: 0, statement: distrusted }]), 0, 'a certifier knows nothing of cells');
    assert.equal(find([{ member: 2, statement: distrusted }]), 1);
    const both = [2, 3].map((member) => ({ member, statement: distrusted }));
    assert.equal(find([...both, { member: 3, statement: cleared('hanbit') }]), 2, 'nobody ends another’s');
    assert.equal(find([...both, { member: 2, statement: cleared('hanbit') }]), 1);
  });

  it('distrust a cell from its first moment until the one before its last', () => {
    const [cell] = CELLS;
    const statement: Statement = { kind: 'cell.distrusted', cell: cell!, fromMs: 10, toMs: 20, reason: 'cloned' };
    const { cells } = booksOf(entriesOf([{ member: 2, statement }]));
    const at = [9, 10, 19, 20].map((timeMs) => cells.find(cellText(cell!), timeMs).length);
    assert.deepEqual(at, [0, 1, 1, 0]);
  });

  it('leave devices, gates, logs, and what they do not know to others', () => {
    const device = ['device.blocked', 'device.released', 'device.paired', 'gate.opened', 'gate.restored'];
    const others = ['statements.confirmed', 'statements.struck', 'log.anchored', 'weather.changed'];
    assert([...device, ...others].every((kind) => !isBookStatement({ kind } as Statement)));
  });

  it('hear of senders from certifiers alone', () => {
    const certified: Statement = {
      kind: 'sender.certified',
      certificate: CERTIFICATES[0],
      firm: 'x',
      originator: '301200001',
      priority: 'normal',
    };
    const suspended: Statement = { kind: 'sender.suspended', certificate: CERTIFICATES[0], reason: 'spam' };
    const said = [2, 3].flatMap((member) => [
      { member, statement: certified },
      { member, statement: suspended },
    ]);
    const books = booksOf(entriesOf(said));
    assert.deepEqual([...books.senders.all()], []);
    assert.deepEqual(books.entries(), []);
  });

  it('in standing: an entry of another’s log that claims to be the certifier’s counts for nothing, and listeners hear the rest', () => {
    const standing = new Standing({ members: BOOK_MEMBERS }, { log: silentLog });
    const heard: BookEvent[] = [];
    const stop = standing.onBookEvent((event) => heard.push(event));
    const certified: Statement = {
      kind: 'sender.certified',
      certificate: CERTIFICATES[0],
      firm: 'x',
      originator: '301200001',
      priority: 'normal',
    };
    assert.equal(standing.fold('hanbit', 0, [entryOf('injeung', certified)]).foreign, 1);
    assert.equal(foldSettled(standing, 'hanbit', [entryOf('hanbit', certified)]).ineffective, 1);
    assert.equal(standing.books.senders.find(CERTIFICATES[0]), undefined);
    assert.equal(standing.fold('injeung', 0, [entryOf('injeung', certified)]).waiting, 1);
    assert.equal(standing.books.senders.find(CERTIFICATES[0]), undefined, 'not before witnesses have seen it');
    assert.equal(standing.settle('injeung', 1).stated, 1);
    assert.equal(standing.books.senders.find(CERTIFICATES[0])?.issuer, 'injeung');
    stop();
    standing.fold('injeung', 1, [entryOf('injeung', certified)]);
    standing.settle('injeung', 2);
    const entries = heard.flatMap((event) => (event.kind === 'stated' ? event.entries : []));
    assert.deepEqual(
      entries.map(({ member, index }) => [member, index]),
      [['injeung', 0]],
    );
  });
});
