import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { CompiledQuery, type DatabaseConnection, type Dialect, PostgresDialect, PostgresDriver } from 'kysely';
import type { TransactionSettings } from 'kysely';
import pg from 'pg';
import type { Log } from '../base/log.ts';
import { StoreError } from './store-fault.ts';

export const POSTGRES_CONNECTIONS_MAX = 8;
const CONNECT_WAIT_MS_MAX = 5_000;
/** A statement that takes longer is given up: nothing that a desk asks takes near as long. */
const STATEMENT_MS_MAX = 30_000;
/** A server from which nothing comes for as long is out of reach: by then it has given up any statement. */
const SILENCE_MS_MAX = STATEMENT_MS_MAX + 5_000;
/** A connection that is silent for as long is probed; ten probes without an answer, a second apart, end it. */
const KEEPALIVE_MS = 10_000;
/** The two halves of an advisory lock's key: ours, and what is locked. */
const LOCK_ROOM = 0x626f6e67;
const LOCK_WRITING = 1;
const LOCK_STORE = 2;

/**
 * What makes the server notice within 25 s that it has lost whoever holds the database; of itself it takes hours, and
 * keeps the lock meanwhile. Our own end notices sooner (KEEPALIVE_MS): nobody writes who holds no more.
 */
const SERVER_KEEPALIVE =
  'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = 25000';

/** Kysely's PostgreSQL dialect over a pool whose integers are numbers, and where one transaction writes at a time. */
export function postgresDialect(databaseUrl: string, log: Log, silenceMsMax = SILENCE_MS_MAX): Dialect {
  const pool = new pg.Pool({
    ...connectionOptions(databaseUrl),
    max: POSTGRES_CONNECTIONS_MAX,
    stream: () => openSocket(silenceMsMax),
    // The server gives up in the same time a transaction that it hears no more of: its locks keep every writer waiting.
    idle_in_transaction_session_timeout: silenceMsMax,
  });
  // A transaction hears of a lost connection from its next query. An error without a listener would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
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
  readonly #answerMsMax: number;
  #held: { client: pg.Client; socket: Socket } | undefined;
  #taking: Promise<boolean> | undefined;

  constructor(databaseUrl: string, log: Log, answerMsMax = CONNECT_WAIT_MS_MAX) {
    this.#databaseUrl = databaseUrl;
    this.#log = log;
    this.#answerMsMax = answerMsMax;
  }

  /** True once this node holds the database; false where another one does. Lost with its connection, and taken again. */
  async take(): Promise<boolean> {
    if (this.#held !== undefined) return true;
    this.#taking ??= this.#connect().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #connect(): Promise<boolean> {
    const socket = openSocket(this.#answerMsMax);
    const client = new pg.Client({ ...connectionOptions(this.#databaseUrl), stream: () => socket });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      if (await takeLock(client)) this.#held = { client, socket };
    } finally {
      // It has nothing more to say once it holds.
      if (this.#held !== undefined) socket.setTimeout(0);
      else void client.end();
    }
    return this.#held !== undefined;
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    held?.socket.setTimeout(this.#answerMsMax);
    await held?.client.end();
  }

  #lost(client: pg.Client): void {
    if (this.#held?.client !== client) return;
    this.#held = undefined;
    this.#log.warn({ code: 'STORE_UNAVAILABLE' }, 'the connection that holds the database was lost');
  }
}

async function takeLock(client: pg.Client): Promise<boolean> {
  // Before the lock: whoever has it can be found dead.
  await client.query(SERVER_KEEPALIVE);
  const { rows } = await client.query<{ held: boolean }>(
    `select pg_try_advisory_lock(${LOCK_ROOM}, ${LOCK_STORE}) as held`,
  );
  return rows[0]?.held === true;
}

/** A socket that ends once nothing was read or written for too long. */
function openSocket(silenceMsMax: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMsMax, () => socket.destroy(new StoreError({ code: 'STORE_UNAVAILABLE' })));
}

function connectionOptions(databaseUrl: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_WAIT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
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
