import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import { describeOnEngines } from '../../test/support/engines.ts';
import type { CaseRow, CaseStatementRow } from './schema.ts';
import { openStore, type Store } from './store.ts';

const NOW_MS = Date.UTC(2026, 10, 22);
const log = silentLog;

function caseRow(id: number, changes: Partial<CaseRow> = {}): CaseRow {
  return {
    id,
    kind: 'device',
    status: 'open',
    createdMs: NOW_MS,
    createdBy: 'desk-1',
    occurredMs: null,
    place: null,
    policeReference: null,
    note: null,
    requesterName: null,
    requesterContact: null,
    requesterContactKey: null,
    requesterRelation: null,
    rightCheckedBy: null,
    ...changes,
  };
}

function statementRow(caseId: number, subject: string, changes: Partial<CaseStatementRow> = {}): CaseStatementRow {
  return {
    statementId: randomBytes(16).toString('hex'),
    caseId,
    position: 0,
    kind: 'device.blocked',
    subject,
    imeiFrom: null,
    imeiTo: null,
    reason: 'stolen',
    imsi: null,
    logIndex: null,
    endedMs: null,
    endReason: null,
    endStatementId: null,
    endLogIndex: null,
    ...changes,
  };
}

function faultCode(code: string): (thrown: unknown) => boolean {
  return (thrown) => {
    assert(thrown instanceof Fault, String(thrown));
    assert.equal(thrown.facts.code, code);
    return true;
  };
}

describeOnEngines('the store', (engine) => {
  it('gives back what was written, integers beyond 32 bits and octets included', async () => {
    const store = await engine.openStore();
    const entry = new Uint8Array([0, 255, 39, 92]);
    await store.write(async ({ cases, outbox }) => {
      await cases.add(
        [caseRow(2026_000_000_001, { place: '서울역 앞 🚉' })],
        [statementRow(2026_000_000_001, 'imei:1', { imeiFrom: 99_999_999_999_999, imeiTo: 99_999_999_999_999 })],
      );
      await outbox.add([
        { statementId: 'a', groupId: 'g', position: 0, entry, log: 'shared' as const, logSize: 7, createdMs: NOW_MS },
      ]);
    });
    const { found, statements, waiting } = await store.read(async ({ cases, outbox }) => ({
      found: await cases.find(2026_000_000_001),
      statements: await cases.statementsOf([2026_000_000_001]),
      waiting: await outbox.waiting(),
    }));
    assert.deepEqual(found, caseRow(2026_000_000_001, { place: '서울역 앞 🚉' }));
    assert.equal(statements[0]?.imeiFrom, 99_999_999_999_999);
    assert.deepEqual(Buffer.from(waiting[0]!.entry), Buffer.from(entry));
    assert.equal(waiting[0]!.logSize, 7);
  });

  it('undoes a write that fails half-way', async () => {
    const store = await engine.openStore();
    const failure = new Error('half-way');
    const write = store.write(async ({ cases }) => {
      await cases.add([caseRow(2026_000_000_001)], []);
      throw failure;
    });
    await assert.rejects(write, failure);
    assert.equal(await store.read(({ cases }) => cases.find(2026_000_000_001)), undefined);
  });

  it('lets writes through one at a time, so that numbers never repeat', async () => {
    const store = await engine.openStore();
    const open = (): Promise<number> =>
      store.write(async ({ cases }) => {
        const id = await cases.nextId(NOW_MS);
        await cases.add([caseRow(id)], []);
        return id;
      });
    const ids = await Promise.all(Array.from({ length: 20 }, open));
    assert.deepEqual(
      ids.toSorted((one, other) => one - other),
      Array.from({ length: 20 }, (_, place) => 2026_000_000_001 + place),
    );
  });

  it('refuses a second standing statement about one subject, and takes one after the first ended', async () => {
    const store = await engine.openStore();
    const first = statementRow(2026_000_000_001, 'imei:35209900176148');
    const second = statementRow(2026_000_000_001, 'imei:35209900176148', { position: 1 });
    await store.write(({ cases }) => cases.add([caseRow(2026_000_000_001)], [first]));
    await assert.rejects(
      store.write(({ cases }) => cases.addStatements([second])),
      /unique/i,
    );
    await store.write(async ({ cases }) => {
      await cases.end(first.statementId, { endedMs: NOW_MS, endReason: 'recovered', endStatementId: 'end' });
      await cases.addStatements([second]);
    });
    const standing = await store.read(({ cases }) => cases.standing(['imei:35209900176148']));
    assert.deepEqual(standing, [second]);
  });

  it('keeps the journal: a row is never changed and never deleted', async () => {
    const place = await engine.emptyPlace();
    const store = await openStore({ member: 'hanbit', place }, { log });
    const row = { atMs: NOW_MS, actor: 'a', role: 'agent', action: 'case.reported', caseId: null, detail: '{}' };
    await store.write(({ journal }) => journal.add(row, row));
    const replacement =
      engine.name === 'SQLite'
        ? "insert or replace into journal values (1, 0, 'x', 'x', 'x', null, '{}')"
        : "insert into journal values (1, 0, 'x', 'x', 'x', null, '{}') on conflict (sequence) do update set actor = 'x'";
    const changes = ["update journal set actor = 'x'", "delete from journal where actor = 'a'", replacement];
    for (const statement of changes) {
      await assert.rejects(engine.administer(place, statement), /append-only/);
    }
    const rows = await store.read(({ journal }) => journal.list({ after: 0, limit: 10 }));
    assert.deepEqual(
      rows.map(({ sequence, actor }) => [sequence, actor]),
      [
        [1, 'a'],
        [2, 'a'],
      ],
    );
    await store.close();
  });

  it('settles a group: each statement learns its index, ends learn theirs, and the outbox is empty', async () => {
    const store = await engine.openStore();
    const id = 2026_000_000_001;
    const statements = ['imei:1', 'imei:2'].map((subject, position) => statementRow(id, subject, { position }));
    const waiting = (statementId: string, groupId: string, position: number) => ({
      statementId,
      groupId,
      position,
      entry: new Uint8Array(1),
      log: 'shared' as const,
      logSize: 0,
      createdMs: NOW_MS,
    });
    await store.write(async ({ cases, outbox }) => {
      await cases.add([caseRow(id)], statements);
      await outbox.add(statements.map(({ statementId }, position) => waiting(statementId, 'one', position)));
      await outbox.settle('one', 40);
      await cases.end(statements[0]!.statementId, { endedMs: NOW_MS, endReason: 'recovered', endStatementId: 'end' });
      await outbox.add([waiting('end', 'two', 0), waiting('other', 'three', 0)]);
      await outbox.settle('two', 77);
    });
    await store.read(async ({ cases, outbox }) => {
      const rows = await cases.statementsOf([id]);
      assert.deepEqual(
        rows.map((row) => [row.logIndex, row.endLogIndex]),
        [
          [40, 77],
          [41, null],
        ],
      );
      assert.deepEqual(
        (await outbox.waiting()).map((row) => row.groupId),
        ['three'],
      );
    });
  });

  it('writes and reads more rows than one statement may hold', async () => {
    const store = await engine.openStore();
    const ids = Array.from({ length: 2_500 }, (_, place) => 2026_000_000_001 + place);
    await store.write(({ cases }) =>
      cases.add(
        ids.map((id) => caseRow(id)),
        ids.map((id) => statementRow(id, `imei:${id}`)),
      ),
    );
    const standing = await store.read(({ cases }) => cases.standing(ids.map((id) => `imei:${id}`)));
    assert.equal(standing.length, ids.length);
  });

  it('opens again where it was, and refuses another member', async () => {
    const place = await engine.emptyPlace();
    const first = await openStore({ member: 'hanbit', place }, { log });
    await first.write(({ cases }) => cases.add([caseRow(2026_000_000_001)], []));
    await first.close();
    await assert.rejects(openStore({ member: 'dasom', place }, { log }), faultCode('STORE_OF_ANOTHER_MEMBER'));
    const again = await openStore({ member: 'hanbit', place }, { log });
    assert.notEqual(await again.read(({ cases }) => cases.find(2026_000_000_001)), undefined);
    await again.close();
  });

  it('refuses a database that a newer version has migrated', async () => {
    const place = await engine.emptyPlace();
    const store = await openStore({ member: 'hanbit', place }, { log });
    await store.close();
    await engine.administer(place, "insert into kysely_migration (name, timestamp) values ('9999-later', 'x')");
    await assert.rejects(openStore({ member: 'hanbit', place }, { log }), faultCode('STORE_NEWER'));
  });

  if (engine.name === 'SQLite') {
    it('says so when the file is no database', async () => {
      const place = await engine.emptyPlace();
      assert('file' in place);
      writeFileSync(place.file, 'not a database, but long enough to be taken for one '.repeat(100));
      await assert.rejects(openStore({ member: 'hanbit', place }, { log }), faultCode('STORE_DAMAGED'));
    });
    it('says so when the folder is missing', async () => {
      const place = { file: '/nonexistent/desk.db' };
      await assert.rejects(openStore({ member: 'hanbit', place }, { log }), faultCode('STORE_UNAVAILABLE'));
    });
  } else {
    it('is held by one node at a time, and taken again after the connection was lost', async () => {
      const place = await engine.emptyPlace();
      assert('databaseUrl' in place);
      const store = await openStore({ member: 'hanbit', place }, { log });
      await assert.rejects(openStore({ member: 'hanbit', place }, { log }), faultCode('STORE_IN_USE'));
      await engine.postgres()!.disconnect(place.databaseUrl);
      await eventuallyWrites(store);
      await assert.rejects(openStore({ member: 'hanbit', place }, { log }), faultCode('STORE_IN_USE'));
      await store.close();
    });
    it('says so when the server is away or the address is of another kind', async () => {
      const open = (databaseUrl: string): Promise<Store> =>
        openStore({ member: 'hanbit', place: { databaseUrl } }, { log });
      await assert.rejects(open('postgres://desk@127.0.0.1:1/desk'), faultCode('STORE_UNAVAILABLE'));
      await assert.rejects(open('mysql://desk@127.0.0.1/desk'), faultCode('STORE_URL_UNKNOWN'));
    });
  }
});

/**
 * After a cut, each attempt fails until every dead connection is noticed here and the server has let go of the lock that
 * the lost connection held.
 */
async function eventuallyWrites(store: Store): Promise<void> {
  for (let attempts = 0; attempts < 500; attempts++) {
    try {
      await store.write(({ cases }) => cases.nextId(NOW_MS));
      return;
    } catch (cause) {
      assert(cause instanceof Fault);
      assert.match(cause.facts.code, /^STORE_(UNAVAILABLE|IN_USE)$/);
      await wait(10);
    }
  }
  assert.fail('the store did not recover');
}
