import { rm } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface EngineOptions {
  /** Where what does not fit in memory is put while a query runs. */
  readonly spillFolder: string;
  readonly threads: number;
  readonly memoryMbMax: number;
}

/** A row as a query gives it. Whole numbers come as bigint where they are 64 bits wide. */
export type Row = Readonly<Record<string, unknown>>;

/** DuckDB in this process, over files alone: it keeps no database of its own, and fetches nothing. */
export class Engine {
  readonly #instance: DuckDBInstance;
  readonly #spillFolder: string;

  private constructor(instance: DuckDBInstance, spillFolder: string) {
    this.#instance = instance;
    this.#spillFolder = spillFolder;
  }

  static async open({ spillFolder, threads, memoryMbMax }: EngineOptions): Promise<Engine> {
    // Loaded when a first query is asked: a node that only gates starts without a database engine.
    const { DuckDBInstance: Instance } = await import('@duckdb/node-api');
    const instance = await Instance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${memoryMbMax}MB`,
      temp_directory: spillFolder,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    return new Engine(instance, spillFolder);
  }

  /** A connection of its own for each piece of work: temporary tables of one are not seen by another. */
  async with<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work(new Session(connection));
    } finally {
      connection.closeSync();
    }
  }

  async close(): Promise<void> {
    this.#instance.closeSync();
    await rm(this.#spillFolder, { recursive: true, force: true });
  }
}

/** Values given beside the statement, by name: `$since`. */
export type Values = Readonly<Record<string, string | number | bigint>>;

/** One connection. Texts from outside reach it as values, or through `literal`. */
export class Session {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(statement: string): Promise<void> {
    await this.#connection.run(statement);
  }

  /** Puts rows into a table, their values in its order. */
  async append(table: string, rows: readonly (readonly (string | bigint)[])[]): Promise<void> {
    const appender = await this.#connection.createAppender(table);
    for (const row of rows) {
      for (const value of row) {
        if (typeof value === 'string') appender.appendVarchar(value);
        else appender.appendBigInt(value);
      }
      appender.endRow();
    }
    appender.closeSync();
  }

  async rows<T extends Row>(statement: string, values: Values = {}): Promise<T[]> {
    const bound = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wide(value)]));
    const reader = await this.#connection.runAndReadAll(statement, bound);
    return reader.getRowObjectsJS() as T[];
  }
}

/** A text as a literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The literal of one file's path: as it is, DuckDB would take `*`, `?` and `[` for patterns of other files' names. */
export function fileLiteral(path: string): string {
  return literal(path.replaceAll(/[*?[]/g, '[$&]'));
}

/** A name, such as a column's, as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Whole numbers go as 64 bits: a cell's 36 and a time's 41 do not fit the default 32. */
function wide(value: string | number | bigint): string | bigint | number {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}
