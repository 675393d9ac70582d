import { CamelCasePlugin, Kysely, Migrator } from 'kysely';
import type { Log } from '../base/log.ts';
import { CaseTables } from './cases.ts';
import { CellDistrusts, CellFindings } from './cells/cell-tables.ts';
import { ExposedListTables } from './cells/exposed-list-tables.ts';
import { ExchangeTables } from './exchange/exchange-tables.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { type IncidentTables, incidentTablesOf } from './incidents/incident-tables.ts';
import { Journal } from './journal.ts';
import { type Engine, migrations } from './migrations.ts';
import { LookUps } from './look-ups/look-ups.ts';
import { LineTables } from './lines/line-tables.ts';
import { PaymentTables } from './payments/payment-tables.ts';
import { OutboxTable } from './outbox-table.ts';
import { Places } from './places.ts';
import { PhoneRequests } from './pages/phone-requests.ts';
import { PostgresHold, postgresDialect } from './postgres.ts';
import type { Database, Schema } from './schema.ts';
import { SpamTables } from './spam/spam-tables.ts';
import { SignInTables } from './sign-in/sign-in-tables.ts';
import { SenderTables } from './senders/tables.ts';
import { sqliteDialect } from './sqlite.ts';
import { StoreError, storeFault } from './store-fault.ts';
import { Tokens } from './tokens.ts';

/** What one transaction sees of the database, table by table. */
export interface Tables {
  readonly cases: CaseTables;
  readonly cellDistrusts: CellDistrusts;
  readonly cellFindings: CellFindings;
  readonly exposedLists: ExposedListTables;
  readonly journal: Journal;
  readonly tokens: Tokens;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly outbox: OutboxTable;
  readonly places: Places;
  readonly lines: LineTables;
  readonly lookUps: LookUps;
  readonly payments: PaymentTables;
  readonly incidents: IncidentTables;
  readonly senders: SenderTables;
  readonly exchange: ExchangeTables;
  readonly phoneRequests: PhoneRequests;
  readonly signIn: SignInTables;
  readonly spam: SpamTables;
}

/** Where the database is: a file for SQLite, or `postgres://…`. */
export interface StoreOptions {
  /** The member whose desks it serves: a database never serves two. */
  readonly member: string;
  readonly place: { readonly file: string } | { readonly databaseUrl: string };
}

/**
 * Opens the desks' database, and brings its schema up to date.
 * @throws StoreError any of its codes
 */
export async function openStore(options: StoreOptions, { log }: { log: Log }): Promise<Store> {
  const store = connect(options.place, log);
  try {
    await store.prepare(options.member);
  } catch (cause) {
    await store.close();
    throw cause;
  }
  return store;
}

function connect(place: StoreOptions['place'], log: Log): Store {
  if ('file' in place) {
    const writer = database(sqliteDialect(place.file, 'writer'));
    return new Store('sqlite', writer, database(sqliteDialect(place.file, 'reader')));
  }
  if (!/^postgres(ql)?:\/\//.test(place.databaseUrl)) throw new StoreError({ code: 'STORE_URL_UNKNOWN' });
  const both = database(postgresDialect(place.databaseUrl, log));
  return new Store('postgres', both, both, new PostgresHold(place.databaseUrl, log));
}

function database(dialect: ReturnType<typeof sqliteDialect>): Database {
  return new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
}

/** The desks' private database. One write at a time, in full or not at all; a read sees one moment. */
export class Store {
  readonly engine: Engine;
  readonly #writer: Database;
  readonly #reader: Database;
  readonly #hold: PostgresHold | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, writer: Database, reader: Database, hold?: PostgresHold) {
    this.engine = engine;
    this.#writer = writer;
    this.#reader = reader;
    this.#hold = hold;
  }

  /**
   * Does `work` in one transaction, durable when this resolves. `work` asks nothing of the store but through `tables`.
   * @throws StoreError STORE_UNAVAILABLE (whether it was done is then unknown), STORE_FULL, STORE_DAMAGED, STORE_IN_USE
   */
  write<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    // They would wait for each other in the database too; here they hold no connection meanwhile.
    const turn = this.#lastWrite.then(() => this.#writeNow(work));
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** Asks in one transaction, so that all answers are of one moment. @throws StoreError as `write` */
  async read<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    try {
      return await this.#reader
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((transaction) => work(tablesOf(transaction, this.engine)));
    } catch (cause) {
      throw storeFault(cause);
    }
  }

  /** Takes the database for this node, migrates it, and checks whose it is. `openStore` has called it. */
  async prepare(member: string): Promise<void> {
    try {
      await this.#takeHold();
      const { error } = await new Migrator({
        db: this.#writer,
        provider: { getMigrations: () => Promise.resolve(migrations(this.engine)) },
      }).migrateToLatest();
      if (error !== undefined) throw error;
      await this.#writer.transaction().execute((transaction) => checkMember(transaction, member));
    } catch (cause) {
      throw storeFault(cause);
    }
  }

  /** Lets the writes in hand finish, then lets go of the database. */
  async close(): Promise<void> {
    await this.#lastWrite;
    if (this.#reader !== this.#writer) await this.#reader.destroy();
    await this.#writer.destroy();
    await this.#hold?.release();
  }

  async #writeNow<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    try {
      await this.#takeHold();
      return await this.#writer.transaction().execute((transaction) => work(tablesOf(transaction, this.engine)));
    } catch (cause) {
      throw storeFault(cause);
    }
  }

  async #takeHold(): Promise<void> {
    if (this.#hold !== undefined && !(await this.#hold.take())) throw new StoreError({ code: 'STORE_IN_USE' });
  }
}

function tablesOf(database: Database, engine: Engine): Tables {
  return {
    cases: new CaseTables(database),
    cellDistrusts: new CellDistrusts(database),
    cellFindings: new CellFindings(database),
    exposedLists: new ExposedListTables(database),
    journal: new Journal(database),
    tokens: new Tokens(database),
    idempotencyKeys: new IdempotencyKeys(database),
    outbox: new OutboxTable(database),
    places: new Places(database),
    lines: new LineTables(database),
    lookUps: new LookUps(database),
    payments: new PaymentTables(database),
    incidents: incidentTablesOf(database),
    senders: new SenderTables(database),
    exchange: new ExchangeTables(database),
    phoneRequests: new PhoneRequests(database),
    signIn: new SignInTables(database, engine),
    spam: new SpamTables(database),
  };
}

async function checkMember(database: Database, member: string): Promise<void> {
  await database
    .insertInto('settings')
    .values({ name: 'member', value: member })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await database.selectFrom('settings').selectAll().where('name', '=', 'member').executeTakeFirstOrThrow();
  if (row.value !== member) throw new StoreError({ code: 'STORE_OF_ANOTHER_MEMBER', member: row.value });
}
