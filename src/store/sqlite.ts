import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';

/** How long a statement waits for another process's lock. */
const BUSY_WAIT_MS = 5_000;
/** Private data: nobody but the node's own user reads it. */
const FILE_MODE = 0o600;

/**
 * Kysely's SQLite dialect over node:sqlite. The writer makes the file; a reader is a second connection, so that a long
 * write holds up no question.
 */
export function sqliteDialect(file: string, access: 'writer' | 'reader'): Dialect {
  const database = (): Promise<SqliteDatabase> => Promise.resolve(adapt(open(file, access)));
  const dialect = new SqliteDialect({ database });
  return {
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (of) => dialect.createIntrospector(of),
    createDriver: () => (access === 'writer' ? new WritingDriver(file) : new SqliteDriver({ database })),
    createAdapter: () => new TransactionalAdapter(),
  };
}

function open(file: string, access: 'writer' | 'reader'): DatabaseSync {
  if (access === 'writer') closeSync(openSync(file, 'a', FILE_MODE));
  const database = new DatabaseSync(file, {
    timeout: BUSY_WAIT_MS,
    enableForeignKeyConstraints: true,
    readOnly: access === 'reader',
  });
  if (access === 'writer') {
    // FULL: a commit is on the disk when it returns, so that an acknowledged case outlives a power cut.
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
  }
  return database;
}

/** A writing transaction takes the write lock when it begins: it never has to give up half-way. */
class WritingDriver extends SqliteDriver {
  readonly #opened: { database?: DatabaseSync };

  constructor(file: string) {
    const opened: { database?: DatabaseSync } = {};
    super({ database: () => Promise.resolve(adapt((opened.database = open(file, 'writer')))) });
    this.#opened = opened;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A disk that is full ends the transaction by itself. What it failed with is to be told, not that none is left. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#opened.database?.isTransaction === true) await super.rollbackTransaction(connection);
  }
}

/** SQLite rolls back changes of the schema like any other; Kysely's adapter does not rely on it, migrations here do. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function adapt(database: DatabaseSync): SqliteDatabase {
  return { prepare: (sql) => adaptStatement(database.prepare(sql)), close: () => database.close() };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
