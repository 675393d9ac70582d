import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts';
import { administerPostgres, openPostgres, postgresSkipReason, type TemporaryPostgres } from './postgres.ts';

/** One engine as a suite sees it. */
export interface EngineUnderTest {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** A place where no database is yet. */
  emptyPlace(): Promise<StoreOptions['place']>;
  /** A new store of the member `hanbit`, closed when the suite ends. */
  openStore(): Promise<Store>;
  /** Runs a statement past the store, as somebody at the engine's own prompt would. */
  administer(place: StoreOptions['place'], statement: string): Promise<void>;
  postgres(): TemporaryPostgres | undefined;
}

/** Defines the same suite for both engines: what holds on one holds on the other. */
export function describeOnEngines(title: string, define: (engine: EngineUnderTest) => void): void {
  describe(`${title}, on SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-store-'));
    let made = 0;
    const emptyPlace = (): Promise<StoreOptions['place']> =>
      Promise.resolve({ file: join(folder, `desk-${made++}.db`) });
    define(engineUnderTest('SQLite', emptyPlace, () => undefined));
    after(() => rmSync(folder, { recursive: true, force: true }));
  });
  describe(`${title}, on PostgreSQL`, { skip: postgresSkipReason() }, () => {
    let postgres: TemporaryPostgres | undefined;
    before(async () => {
      postgres = await openPostgres();
    });
    const emptyPlace = async (): Promise<StoreOptions['place']> => ({ databaseUrl: await postgres!.createDatabase() });
    define(engineUnderTest('PostgreSQL', emptyPlace, () => postgres));
    after(() => postgres?.stop());
  });
}

function engineUnderTest(
  name: EngineUnderTest['name'],
  emptyPlace: EngineUnderTest['emptyPlace'],
  postgres: EngineUnderTest['postgres'],
): EngineUnderTest {
  const opened: Store[] = [];
  after(async () => {
    for (const store of opened) await store.close();
  });
  return {
    name,
    emptyPlace,
    postgres,
    administer,
    openStore: async () => {
      const store = await openStore({ member: 'hanbit', place: await emptyPlace() }, { log: silentLog });
      opened.push(store);
      return store;
    },
  };
}

async function administer(place: StoreOptions['place'], statement: string): Promise<void> {
  if ('databaseUrl' in place) return administerPostgres(place.databaseUrl, statement);
  const database = new DatabaseSync(place.file);
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}
