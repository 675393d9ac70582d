import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { HandClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { decodePlainEntry } from '../../ledger/entry.ts';
import type { CellWindow, ExposedSubscriber } from '../../records/archive/exposure.ts';
import { Books } from '../../standing/books.ts';
import { decodeStatement } from '../../statements/codec.ts';
import { CASE_LETTERS, parseCaseNumber } from '../../store/case-number.ts';
import { openStore, type Store } from '../../store/store.ts';
import { bookEntry } from '../../../test/support/books.ts';
import { refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { MemoryLog } from '../../../test/support/memory-log.ts';
import { Decisions } from '../decisions/decision.ts';
import { CellDesk } from './desk.ts';
import type { VersionView } from './exposed-lists.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 9);
const CELL = '001-01-eci-0a1b2c3';
const CELL_WIDE = '001-01-nci-fffffffff';
const DAYS = { from: '2026-11-20', to: '2026-11-22' };
const DISTRUST = { cell: CELL, ...DAYS, reason: 'unregistered' };
const [ONE, TWO, THREE] = ['001010000000001', '001010000000002', '001010000000003'] as const;

/** A desk whose archive is what the test says it is, and whose standing is folded from its own log. */
function deskOn(store: Store) {
  const clock = new HandClock(NOW_MS);
  const logs = { shared: new MemoryLog(), own: new MemoryLog() };
  const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock, log: silentLog });
  const archive: { subscribers: ExposedSubscriber[]; asked: (readonly CellWindow[])[] } = {
    subscribers: [],
    asked: [],
  };
  const told: VersionView[] = [];
  const desk = new CellDesk({
    decisions,
    clock,
    distrusts: () => {
      const books = new Books([{ name: 'hanbit', roles: ['operator'] }]);
      books.accept(logs.shared.entries.map((bytes, index) => bookEntry('hanbit', index, bytes)!));
      return Promise.resolve([...books.cells.all()]);
    },
    findExposed: (windows) => {
      archive.asked.push(windows);
      return Promise.resolve(archive.subscribers);
    },
    onExposedList: (version) => told.push(version),
  });
  return { desk, decisions, logs, clock, archive, told, store };
}

function seen(imsi: string, more: Partial<ExposedSubscriber> = {}): ExposedSubscriber {
  const firstMs = Date.UTC(2026, 10, 20, 3);
  return { imsi, msisdn: `8210${imsi.slice(-8)}`, imeis: [], firstMs, lastMs: firstMs + 1_000, cells: [CELL], ...more };
}

/** A list with two versions: the first with one and two, the second with two and three. */
async function twoVersions(parts: ReturnType<typeof deskOn>): Promise<[VersionView, VersionView]> {
  const { desk, archive, clock } = parts;
  await desk.distrust(DISTRUST, SUPERVISOR);
  archive.subscribers = [seen(ONE), seen(TWO)];
  const first = await desk.makeList({ title: 'night cells', items: ['imsi'] }, SUPERVISOR);
  clock.advance(1_000);
  await desk.distrust({ ...DISTRUST, cell: CELL_WIDE }, SUPERVISOR);
  archive.subscribers = [seen(TWO), seen(THREE, { cells: [CELL_WIDE], imeis: ['35209900176148'] })];
  return [first, await desk.makeList({ list: first.list }, SUPERVISOR)];
}

describeOnEngines('the cell desk', (engine) => {
  it('states a distrust with the hash of its evidence, and seals that in the own log', async () => {
    const { desk, logs } = deskOn(await engine.openStore());
    const sha256 = createHash('sha256').update('what was seen').digest('hex');
    const answer = await desk.distrust({ ...DISTRUST, evidence: { sha256, size: 13 } }, SUPERVISOR);
    assert.deepEqual(
      answer.entries.map(({ kind, entry }) => [kind, entry]),
      [
        ['cell.distrusted', { member: 'hanbit', index: 0 }],
        ['digest.sealed', { member: 'hanbit', index: 0 }],
      ],
    );
    const { statement } = decodeStatement(logs.shared.entries[0]!);
    assert(statement?.kind === 'cell.distrusted');
    assert.equal(Buffer.from(statement.evidence!).toString('hex'), sha256);
    const { subject, size } = decodePlainEntry(logs.own.entries[0]!).body;
    assert.deepEqual([subject, size], [`cell-evidence:${CELL}`, 13]);
  });

  it('states nothing twice, a longer time anew, and ends it all at once', async () => {
    const { desk, logs } = deskOn(await engine.openStore());
    await desk.distrust(DISTRUST, SUPERVISOR);
    const again = desk.distrust({ ...DISTRUST, from: '2026-11-21' }, SUPERVISOR);
    await assert.rejects(again, refused({ code: 'CELL_DISTRUSTED_ALREADY', cell: CELL }));
    await desk.distrust({ cell: CELL, from: '2026-11-19', reason: 'unregistered' }, SUPERVISOR);
    const cleared = await desk.clear(CELL, { note: 'a survey van of ours' }, SUPERVISOR);
    assert.equal(cleared.entries.length, 2);
    assert.deepEqual(
      logs.shared.statements().map(({ statement }) => statement?.kind),
      ['cell.distrusted', 'cell.distrusted', 'cell.cleared', 'cell.cleared'],
    );
    await assert.rejects(desk.clear(CELL, {}, SUPERVISOR), refused({ code: 'CELL_NOT_DISTRUSTED', cell: CELL }));
    const views = await desk.distrusted({ limit: 10 });
    assert.deepEqual(
      views.map(({ standing, entry }) => [standing, entry?.member]),
      [
        [false, 'hanbit'],
        [false, 'hanbit'],
      ],
    );
  });

  it('cannot end what is not in the log yet', async () => {
    const { desk, logs } = deskOn(await engine.openStore());
    logs.shared.failure = 'before';
    await assert.rejects(desk.distrust(DISTRUST, SUPERVISOR), refused({ code: 'STATEMENT_PENDING' }));
    await assert.rejects(desk.clear(CELL, {}, SUPERVISOR), refused({ code: 'STATEMENT_PENDING' }));
  });

  it('makes versions that say what changed, and seals each in the own log', async () => {
    const parts = deskOn(await engine.openStore());
    const [first, second] = await twoVersions(parts);
    assert.deepEqual([first.list, first.version, first.lines, first.added], ['E-2026-000001', 1, 2, 2]);
    const { version, lines, added, grown, narrowed, dropped } = second;
    assert.deepEqual(
      { version, lines, added, grown, narrowed, dropped },
      { version: 2, lines: 2, added: 1, grown: 1, narrowed: 0, dropped: 1 },
    );
    assert.deepEqual(
      parts.told.map((told) => told.version),
      [1, 2],
    );
    const sealed = parts.logs.own.entries.map((entry) => decodePlainEntry(entry).body);
    assert.deepEqual(
      sealed.map(({ subject, sha256 }) => [subject, Buffer.from(sha256 as Uint8Array).toString('hex')]),
      [
        ['exposed-list:E-2026-000001:1', first.sha256],
        ['exposed-list:E-2026-000001:2', second.sha256],
      ],
    );
    const unchanged = parts.desk.makeList({ list: first.list }, SUPERVISOR);
    await assert.rejects(unchanged, refused({ code: 'EXPOSED_LIST_UNCHANGED', list: first.list, version: 2 }));
  });

  it('gives every version as the file that was sealed, page by page, and journals who looked', async () => {
    const parts = deskOn(await engine.openStore());
    for (const { list, version, sha256, size } of await twoVersions(parts)) {
      const texts: string[] = [];
      for (let offset: number | undefined = 0; offset !== undefined;) {
        const page = await parts.desk.people(list, { version, offset, limit: 1, changes: false }, SUPERVISOR);
        texts.push(...page.lines.map((line) => `${line}\n`));
        offset = page.next;
      }
      const file = Buffer.from(texts.join(''), 'utf8');
      assert.deepEqual([createHash('sha256').update(file).digest('hex'), file.length], [sha256, size]);
    }
    const rows = await parts.store.read(({ journal }) => journal.list({ after: 0, limit: 100 }));
    const looks = rows.filter(({ action }) => action === 'exposed-list.shown');
    assert.equal(looks.length, 2 + 3);
    assert(!rows.some(({ detail }) => detail.includes(ONE)), 'the journal names nobody');
  });

  it('offers the newest version’s lines, and each version’s own', async () => {
    const parts = deskOn(await engine.openStore());
    const [{ list }] = await twoVersions(parts);
    const id = parseCaseNumber(list, CASE_LETTERS.exposedList)!;
    await parts.store.read(async ({ exposedLists }) => {
      const current = await exposedLists.currentLines();
      assert.deepEqual(
        current,
        [TWO, THREE].map((imsi) => ({ imsi, msisdn: seen(imsi).msisdn, listId: id })),
      );
      const imsis = async (version: number) => (await exposedLists.linesOf(id, version)).map(({ imsi }) => imsi);
      assert.deepEqual([await imsis(1), await imsis(2), await imsis(3)], [[ONE, TWO], [TWO, THREE], []]);
      assert.equal((await exposedLists.version(id, 1))?.lines, 2);
      assert.equal(await exposedLists.version(id, 3), undefined);
    });
  });

  it('a version is not changed, not even in the database', async () => {
    const place = await engine.emptyPlace();
    const store = await openStore({ member: 'hanbit', place }, { log: silentLog });
    try {
      await twoVersions(deskOn(store));
      for (const statement of [
        `update exposed_lines set msisdn = ''`,
        'delete from exposed_lines',
        'update exposed_versions set lines = 0',
        'delete from exposed_versions',
      ]) {
        await assert.rejects(engine.administer(place, statement), /a version is not changed/);
      }
    } finally {
      await store.close();
    }
  });

  it('asks the archive for the stated time, and no later than now', async () => {
    const { desk, archive } = deskOn(await engine.openStore());
    await assert.rejects(desk.makeList({ title: 'x' }, SUPERVISOR), refused({ code: 'CELLS_NONE_DISTRUSTED' }));
    await desk.distrust({ cell: CELL, from: '2026-11-20', reason: 'moved' }, SUPERVISOR);
    await desk.distrust({ cell: CELL_WIDE, from: '2026-12-20', reason: 'moved' }, SUPERVISOR);
    archive.subscribers = [seen(ONE)];
    await desk.makeList({ title: 'x' }, SUPERVISOR);
    assert.deepEqual(
      archive.asked[0]!.map(({ cell, fromMs, toMs }) => [cell, fromMs, toMs]),
      [[CELL, Date.UTC(2026, 10, 20), NOW_MS]],
    );
    const other = desk.makeList({ title: 'x', cells: ['001-01-eci-0000001'] }, SUPERVISOR);
    await assert.rejects(other, refused({ code: 'CELL_NOT_DISTRUSTED', cell: '001-01-eci-0000001' }));
  });

  it('refuses forms that make no sense', async () => {
    const { desk } = deskOn(await engine.openStore());
    const wrong = [
      [{ ...DISTRUST, cell: 'x' }, 'CELL_MALFORMED', 'cell'],
      [{ ...DISTRUST, from: '2026-11-22T09:00:00' }, 'FIELD_MALFORMED', 'from'],
      [{ ...DISTRUST, to: DISTRUST.from }, 'FIELD_MALFORMED', 'to'],
      [{ ...DISTRUST, reason: 'haunted' }, 'FIELD_MALFORMED', 'reason'],
      [{ ...DISTRUST, evidence: { sha256: 'x', size: 1 } }, 'FIELD_MALFORMED', 'evidence.sha256'],
    ] as const;
    for (const [form, code, field] of wrong) {
      await assert.rejects(desk.distrust(form, SUPERVISOR), (error) => {
        const { facts } = error as { facts: { code: string; field: string } };
        assert.deepEqual([facts.code, facts.field], [code, field]);
        return true;
      });
    }
    await desk.distrust(DISTRUST, SUPERVISOR);
    const make = (form: object) => desk.makeList(form, SUPERVISOR);
    await assert.rejects(make({}), (error) => (error as { facts: { field: string } }).facts.field === 'title');
    await assert.rejects(make({ title: 'x', items: ['shoe'] }), /FIELD_MALFORMED/);
    for (const list of ['E-2026-000009', 'C-2026-000001', "E'"]) {
      await assert.rejects(make({ list }), refused({ code: 'EXPOSED_LIST_UNKNOWN' }));
    }
    const page = { offset: 0, limit: 1, changes: false };
    await assert.rejects(desk.people('E-2026-000001', page, SUPERVISOR), refused({ code: 'EXPOSED_LIST_UNKNOWN' }));
  });
});
