import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BOOK_MEMBERS, CELLS, CERTIFICATES } from '../../test/support/books.ts';
import { CROWD, CROWD_DEVICES, newCrowd, openedLogs, tight } from '../../test/support/standing-logs.ts';
import { entryOf, foldSettled, imei, MEMBERS, TAGS } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import { cellText } from '../identifiers/cell.ts';
import type { Statement } from '../statements/statement.ts';
import { Books } from './books.ts';
import { Findings } from './findings.ts';
import type { Opened } from './opened.ts';
import { StandingReader } from './reader.ts';
import { Standing } from './standing.ts';
import { STATEMENTS_PER_PLACE_MAX } from './standing-index.ts';
import { WAITING_MAX } from './waiting.ts';

const A = imei(35_209_900, 176_148);
const target = { kind: 'imei', imei: A } as const;
const blocked: Statement = { kind: 'device.blocked', target, reason: 'stolen' };
const released = (index: number, member = 'hanbit'): Statement => {
  return { kind: 'device.released', target, ends: { member, index }, reason: 'withdrawn' };
};
const bytes = (...statements: Statement[]): Uint8Array[] => statements.map((statement) => entryOf('hanbit', statement));

function found(standing: Standing): number[] {
  const findings = new Findings(MEMBERS.length);
  const count = standing.openReader().find(A, findings);
  return Array.from({ length: count }, (_, at) => findings.index(at));
}

function newStanding(): Standing {
  return new Standing({ members: MEMBERS }, { log: silentLog });
}

describe('what permits', () => {
  it('waits until witnesses have seen it, while what restricts acts at once', () => {
    const standing = newStanding();
    const counts = standing.fold('hanbit', 0, bytes(blocked, released(0), blocked));
    assert.deepEqual([counts.stated, counts.waiting], [2, 1]);
    assert.deepEqual(found(standing), [0, 2]);
    standing.settle('hanbit', 1);
    assert.deepEqual(found(standing), [0, 2]);
    assert.deepEqual(standing.progress('hanbit'), { foldedSize: 3, settledSize: 1, waiting: 1, quarantined: 0 });
    assert.equal(standing.settle('hanbit', 2).ended, 1);
    assert.deepEqual(found(standing), [2]);
    standing.settle('hanbit', 1);
    assert.equal(standing.settledSize('hanbit'), 2, 'what has settled stays settled');
    standing.settle('hanbit', 99);
    assert.equal(standing.settledSize('hanbit'), 3);
  });

  it('speaks of what stood before it alone', () => {
    const standing = newStanding();
    standing.fold('hanbit', 0, bytes(released(1), blocked));
    assert.equal(standing.settle('hanbit', 2).ineffective, 1);
    assert.deepEqual(found(standing), [1]);
  });

  it('an overrule and a pairing wait too, and an overrule reaches a pairing that still waits', () => {
    const standing = newStanding();
    const reader = standing.openReader();
    standing.fold('hanbit', 0, bytes(blocked, { kind: 'device.paired', imei: A, tag: TAGS[0]! }));
    assert.equal(reader.hasPairing(A), false);
    standing.fold('gwan', 0, [entryOf('gwan', released(0)), entryOf('gwan', released(1))]);
    assert.deepEqual(found(standing), [0]);
    const settled = standing.settle('gwan', 2);
    assert.deepEqual([settled.ended, settled.ahead], [1, 1]);
    assert.deepEqual(found(standing), [], 'a block is overruled though its own log has no witnesses yet');
    standing.settle('hanbit', 2);
    assert.equal(reader.hasPairing(A), false, 'overruled before it counted');
    assert.equal(standing.sizes().releasesAhead, 0);
  });

  it(`waits ${WAITING_MAX} at most: then its log waits, until some have settled`, () => {
    const standing = newStanding();
    const entries = Array.from({ length: WAITING_MAX + 1 }, () => bytes(released(0))[0]!);
    assert.equal(standing.fold('hanbit', 0, entries).folded, WAITING_MAX);
    assert.equal(standing.fold('hanbit', WAITING_MAX, entries.slice(WAITING_MAX)).folded, 0);
    standing.settle('hanbit', 1);
    assert.equal(standing.fold('hanbit', WAITING_MAX, entries.slice(WAITING_MAX)).folded, 1);
  });

  it('makes room in a full place: its log waits for that, where a release of that place waits', () => {
    const standing = newStanding();
    const full = Array.from({ length: STATEMENTS_PER_PLACE_MAX }, () => blocked);
    const other: Statement = { ...blocked, target: { kind: 'imei', imei: imei(35_209_900, 2) } };
    const elsewhere: Statement = { ...released(0), target: other.target } as Statement;
    const log = bytes(...full, elsewhere, blocked, released(3), blocked);
    const size = STATEMENTS_PER_PLACE_MAX;
    const first = standing.fold('hanbit', 0, log);
    assert.deepEqual([first.folded, first.overLimit], [size + 3, 1], 'nothing before it makes room');
    assert.equal(standing.fold('hanbit', size + 3, log.slice(size + 3)).folded, 0);
    standing.settle('hanbit', size + 3);
    assert.equal(standing.fold('hanbit', size + 3, log.slice(size + 3)).stated, 1);
  });
});

describe('an entry that has to wait', () => {
  it('leaves no trace of having been tried, not of its time either', () => {
    const opened = (timeMs: number, statement: Statement, more: Partial<Opened> = {}): Opened => {
      return { issuer: 'hanbit', timeMs, id: new Uint8Array(16), statement, ...more };
    };
    const log = [opened(1_000, blocked), opened(1_000, released(0)), opened(9_000_000, blocked, { continues: 0 })];
    const full = Array.from({ length: STATEMENTS_PER_PLACE_MAX }, () => opened(1_000, blocked));
    for (const entries of [log, [...full, opened(1_000, released(0)), opened(9_000_000, blocked)]]) {
      const [tried, other] = [newStanding(), newStanding()];
      assert.equal(tried.foldOpened('hanbit', 0, entries).folded, entries.length - 1);
      other.foldOpened('hanbit', 0, entries.slice(0, -1));
      assert.equal(tried.digest(), other.digest());
    }
  });
});

describe('the books under two cursors', () => {
  it('suspend at once and certify when witnesses have seen it, each in its place of the log', () => {
    const standing = new Standing({ members: BOOK_MEMBERS }, { log: silentLog });
    const certificate = CERTIFICATES[0];
    const certified: Statement = {
      kind: 'sender.certified',
      certificate,
      firm: 'x',
      originator: '301200001',
      priority: 'normal',
    };
    const suspended: Statement = { kind: 'sender.suspended', certificate, reason: 'spam' };
    const reinstated: Statement = { kind: 'sender.reinstated', certificate, reason: 'remedied' };
    const state = (): string | undefined => standing.books.senders.find(certificate)?.state;
    const log = [certified, suspended, reinstated, suspended].map((statement) => entryOf('injeung', statement));
    standing.fold('injeung', 0, log);
    const seen = [0, 1, 2, 3, 4].map((size) => {
      standing.settle('injeung', size);
      return state();
    });
    assert.deepEqual(seen, [undefined, 'suspended', 'suspended', 'suspended', 'suspended']);
    const cells = new Standing({ members: BOOK_MEMBERS }, { log: silentLog });
    const distrusted: Statement = { kind: 'cell.distrusted', cell: CELLS[0]!, fromMs: 1, reason: 'cloned' };
    const cleared: Statement = { kind: 'cell.cleared', cell: CELLS[0]!, ends: { member: 'hanbit', index: 0 } };
    cells.fold('hanbit', 0, [entryOf('hanbit', distrusted), entryOf('hanbit', cleared)]);
    assert.equal(cells.books.cells.find(cellText(CELLS[0]!)).length, 1);
    cells.settle('hanbit', 2);
    assert.equal(cells.books.cells.find(cellText(CELLS[0]!)).length, 0);
  });
});

describe('standing as a function of how far each log was read and has settled', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standing-'));
  });
  after(() => rm(folder, { recursive: true }));
  const roots = new Map(CROWD.map(({ name }, number) => [name, (number + 1).toString(16).padStart(64, '0')]));

  const steps = fc.array(
    fc.record({
      member: fc.nat(CROWD.length - 1),
      does: fc.nat(19).map((drawn) => (drawn === 0 ? 'restart' : drawn < 8 ? 'settle' : 'fold')),
      by: fc.integer({ min: 1, max: 12 }),
    }),
    { minLength: 10, maxLength: 40, size: 'max' },
  );
  type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;
  type Limits = readonly { readonly folded: number; readonly settled: number }[];

  async function restart(standing: Standing): Promise<Standing> {
    const path = join(folder, 'snapshot');
    await standing.writeSnapshot(path, roots);
    const rootAt = (member: string): Promise<string | undefined> => Promise.resolve(roots.get(member));
    return Standing.fromSnapshot(path, { members: CROWD, rootAt }, tight);
  }

  /** Goes its own way, and never beyond the limits. */
  async function walk(logs: readonly (readonly Opened[])[], taken: Steps, limits?: Limits): Promise<Standing> {
    let standing = newCrowd();
    for (const { member, does, by } of taken) {
      const { name } = CROWD[member]!;
      if (does === 'restart') standing = await restart(standing);
      else if (does === 'settle') {
        standing.settle(name, Math.min(standing.settledSize(name) + by, limits?.[member]?.settled ?? Infinity));
      } else {
        const from = standing.foldedSize(name);
        standing.foldOpened(
          name,
          from,
          logs[member]!.slice(from, Math.min(from + by, limits?.[member]?.folded ?? Infinity)),
        );
      }
    }
    return standing;
  }

  function sizesOf(standing: Standing): Limits {
    return CROWD.map(({ name }) => ({ folded: standing.foldedSize(name), settled: standing.settledSize(name) }));
  }

  /** Takes all that the limits allow. */
  function finish(standing: Standing, logs: readonly (readonly Opened[])[], limits: Limits): void {
    for (let before = ''; before !== JSON.stringify(sizesOf(standing));) {
      before = JSON.stringify(sizesOf(standing));
      for (const [number, { name }] of CROWD.entries()) {
        const from = standing.foldedSize(name);
        standing.foldOpened(name, from, logs[number]!.slice(from, limits[number]!.folded));
        standing.settle(name, limits[number]!.settled);
      }
    }
  }

  it('has one digest, whatever the way there, restarts among it', async () => {
    await fc.assert(
      fc.asyncProperty(openedLogs, steps, steps, async (logs, one, other) => {
        const first = await walk(logs, one);
        const limits = sizesOf(first);
        const second = await walk(logs, other, limits);
        finish(second, logs, limits);
        assert.deepEqual(sizesOf(second), limits);
        assert.equal(second.digest(), first.digest());
        assert.deepEqual(
          CROWD.map(({ name }) => second.progress(name)),
          CROWD.map(({ name }) => first.progress(name)),
        );
        assert.equal((await restart(second)).digest(), first.digest());
      }),
      { numRuns: 15 },
    );
  });

  it('takes a block that says to continue a pairing alike, whether the pairing has settled or not', () => {
    const paired = { kind: 'device.paired', imei: CROWD_DEVICES[0]!, tag: new Uint8Array(16) } as const;
    const blocked = {
      kind: 'device.blocked',
      target: { kind: 'imei', imei: CROWD_DEVICES[1]! },
      reason: 'fraud',
    } as const;
    const opened = (statement: Statement): Opened => {
      return { issuer: 'hanbit', timeMs: 1_000_000, id: new Uint8Array(16), statement };
    };
    const log = [opened(paired), { ...opened(paired), continues: 0 }, { ...opened(blocked), continues: 0 }];
    const [ahead, behind] = [newCrowd(), newCrowd()];
    behind.foldOpened('hanbit', 0, log);
    ahead.foldOpened('hanbit', 0, log.slice(0, 2));
    ahead.settle('hanbit', 2);
    ahead.foldOpened('hanbit', 2, log.slice(2));
    for (const standing of [ahead, behind]) standing.settle('hanbit', 3);
    assert.equal(ahead.digest(), behind.digest());
  });

  it('becomes what another has folded: readers and books of others with it, and it goes on from there', () => {
    const asked = (reader: StandingReader): number[][] => {
      const findings = new Findings(CROWD.length);
      return CROWD_DEVICES.map((key) => {
        const count = reader.find(key, findings);
        return Array.from({ length: count }, (_, at) => [findings.member(at), findings.index(at)]).flat();
      });
    };
    fc.assert(
      fc.property(openedLogs, steps, (logs, taken) => {
        const standing = newCrowd();
        const reader = standing.openReader();
        const far = new StandingReader(standing.memory);
        standing.onMemoryChanged((change) => far.accept(change));
        const books = new Books([]);
        for (const event of standing.books.events()) books.replay(event);
        standing.onBookEvent((event) => books.replay(structuredClone(event)));
        const whole = logs.map((log) => ({ folded: log.length, settled: log.length }));
        // The same logs without what is sealed here: what an epoch's end makes of them.
        const closed = logs.map((log) =>
          log.map((opened, index): Opened => {
            return index % 3 === 0 ? { ...opened, statement: undefined, isSealed: true } : opened;
          }),
        );
        for (const { member, by } of taken) {
          const { name } = CROWD[member]!;
          const from = standing.foldedSize(name);
          standing.foldOpened(name, from, logs[member]!.slice(from, from + by));
        }
        const anew = newCrowd();
        finish(anew, closed, sizesOf(standing));
        standing.become(anew);
        finish(standing, closed, whole);
        const fresh = newCrowd();
        finish(fresh, closed, whole);
        assert.equal(standing.digest(), fresh.digest());
        assert.deepEqual(asked(reader), asked(fresh.openReader()));
        assert.deepEqual(asked(far), asked(fresh.openReader()));
        const all = ({ senders, cells }: Books): string[] =>
          [...senders.all(), ...cells.all()].map((one) => JSON.stringify(one)).sort();
        assert.deepEqual(all(books), all(fresh.books));
      }),
      { numRuns: 15 },
    );
  });

  it('tells those who keep books of their own all that they need', () => {
    fc.assert(
      fc.property(openedLogs, fc.nat(20), (logs, early) => {
        const standing = newCrowd();
        let replayed = new Books([]);
        for (const event of standing.books.events()) replayed.replay(event);
        standing.onBookEvent((event) => replayed.replay(structuredClone(event)));
        for (const [round, settled] of [0, 2, 5, 100].entries()) {
          for (const [number, { name }] of CROWD.entries()) {
            const from = standing.foldedSize(name);
            standing.foldOpened(name, from, logs[number]!.slice(from, (round + 1) * early));
            standing.settle(name, settled);
          }
          const all = (books: Books): string[] =>
            [...books.senders.all(), ...books.cells.all()].map((one) => JSON.stringify(one)).sort();
          assert.deepEqual(all(replayed), all(standing.books));
          if (round === 1) {
            replayed = new Books([]);
            for (const event of standing.books.events()) replayed.replay(event);
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('members that come and go while standing runs', () => {
  it('one more is folded as if it had been there, and readers know its name', () => {
    const standing = new Standing({ members: MEMBERS.slice(0, 3) }, { log: silentLog });
    const reader = standing.openReader();
    const heard: object[] = [];
    standing.onMemoryChanged((change) => heard.push(change));
    foldSettled(standing, 'hanbit', bytes(blocked));
    standing.admit(MEMBERS[3]!);
    foldSettled(standing, 'maru', [entryOf('maru', blocked)]);
    assert.deepEqual(reader.memberNames, ['hanbit', 'saerom', 'gwan', 'maru']);
    const whole = newStanding();
    foldSettled(whole, 'hanbit', bytes(blocked));
    foldSettled(whole, 'maru', [entryOf('maru', blocked)]);
    assert.equal(standing.digest(), whole.digest());
    assert.deepEqual(
      heard.filter((change) => 'admitted' in change),
      [{ admitted: MEMBERS[3] }],
    );
    assert.throws(() => standing.admit(MEMBERS[3]!), { code: 'ERR_ASSERTION' });
  });

  it('nothing is taken from the size on at which a member ends', () => {
    const standing = newStanding();
    assert.equal(standing.endAt('hanbit', 2), true);
    assert.equal(standing.fold('hanbit', 0, bytes(blocked, blocked, blocked)).folded, 2);
    assert.equal(standing.endAt('hanbit', undefined), true);
    assert.equal(standing.fold('hanbit', 2, bytes(blocked)).folded, 1);
    assert.equal(standing.endAt('hanbit', 2), false, 'more was taken already');
  });
});
