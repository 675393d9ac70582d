import assert from 'node:assert/strict';
import { CompiledQuery, type DatabaseConnection, type Dialect, PostgresDialect, PostgresDriver } from 'kysely';
import type { TransactionSettings } from 'kysely';
import pg from 'pg';
import type { Log } from '../base/log.ts';

export const POSTGRES_CONNECTIONS_MAX = 8;
const CONNECT_WAIT_MS_MAX = 5_000;
/** A statement that takes longer is given up: nothing that a desk asks takes near as long. */
const STATEMENT_MS_MAX = 30_000;
/** The two halves of an advisory lock's key: ours, and what is locked. */
const LOCK_ROOM = 0x626f6e67;
const LOCK_WRITING = 1;
const LOCK_STORE = 2;

/** Kysely's PostgreSQL dialect over a pool whose integers are numbers, and where one transaction writes at a time. */
export function postgresDialect(databaseUrl: string, log: Log): Dialect {
  const pool = new pg.Pool({ ...connectionOptions(databaseUrl), max: POSTGRES_CONNECTIONS_MAX });
  pool.on('error', () => log.warn({ code: 'STORE_UNAVAILABLE' }, 'an idle connection to the database was lost'));
  const config = { pool };
  const dialect = new PostgresDialect(config);
  return {
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (of) => dialect.createIntrospector(of),
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new SerialWritesDriver(config),
  };
}

/**
 * Lets writing transactions through one after the other, as SQLite does: what a transaction has looked at cannot change
 * before it commits, and both engines behave alike.
 */
class SerialWritesDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await super.beginTransaction(connection, settings);
    if (settings.accessMode === 'read only') return;
    const lock = CompiledQuery.raw(`select pg_advisory_xact_lock(${LOCK_ROOM}, ${LOCK_WRITING})`);
    await connection.executeQuery(lock);
  }
}

/** Holds the whole database for one node, by a connection that it keeps open. */
export class PostgresHold {
  readonly #databaseUrl: string;
  readonly #log: Log;
  #client: pg.Client | undefined;
  #taking: Promise<boolean> | undefined;

  constructor(databaseUrl: string, log: Log) {
    this.#databaseUrl = databaseUrl;
    this.#log = log;
  }

  /** True once this node holds the database; false where another one does. Lost with its connection, and taken again. */
  async take(): Promise<boolean> {
    if (this.#client !== undefined) return true;
    this.#taking ??= this.#connect().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #connect(): Promise<boolean> {
    const client = new pg.Client(connectionOptions(this.#databaseUrl));
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>(
      `select pg_try_advisory_lock(${LOCK_ROOM}, ${LOCK_STORE}) as held`,
    );
    if (rows[0]?.held !== true) {
      await client.end();
      return false;
    }
    this.#client = client;
    return true;
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#log.warn({ code: 'STORE_UNAVAILABLE' }, 'the connection that holds the database was lost');
  }
}

function connectionOptions(databaseUrl: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_WAIT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    keepAlive: true,
    application_name: 'bongsu',
    types: { getTypeParser: typeParser },
  };
}

/** The type `int8` in PostgreSQL's catalogue (pg_type.dat). */
const INT8 = 20;

function typeParser(...type: Parameters<typeof pg.types.getTypeParser>): (text: string) => unknown {
  const oid: number = type[0];
  return oid === INT8 ? readInteger : pg.types.getTypeParser(...type);
}

function readInteger(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), 'an integer of the schema is beyond 2^53');
  return value;
}
