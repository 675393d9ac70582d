import { Fault } from '../base/fault.ts';

export type StoreFault =
  | { code: 'STORE_UNAVAILABLE' }
  | { code: 'STORE_FULL' }
  | { code: 'STORE_DAMAGED' }
  | { code: 'STORE_IN_USE' }
  | { code: 'STORE_NEWER' }
  | { code: 'STORE_OF_ANOTHER_MEMBER'; member: string }
  | { code: 'STORE_URL_UNKNOWN' };
export class StoreError extends Fault<StoreFault> {}

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that are the machine's failures, not ours. */
const SQLITE: Record<number, StoreFault['code']> = {
  5: 'STORE_UNAVAILABLE', // SQLITE_BUSY: another process kept the lock
  8: 'STORE_UNAVAILABLE', // SQLITE_READONLY
  10: 'STORE_UNAVAILABLE', // SQLITE_IOERR
  11: 'STORE_DAMAGED', // SQLITE_CORRUPT
  13: 'STORE_FULL', // SQLITE_FULL
  14: 'STORE_UNAVAILABLE', // SQLITE_CANTOPEN
  26: 'STORE_DAMAGED', // SQLITE_NOTADB
};

/** PostgreSQL's SQLSTATEs and the system's socket errors, in the order in which they are tried. */
const OTHERS: readonly (readonly [RegExp, StoreFault['code']])[] = [
  [/^(53100|ENOSPC)$/, 'STORE_FULL'], // disk_full
  [/^XX00[12]$/, 'STORE_DAMAGED'], // data_corrupted, index_corrupted
  [/^(08|28|3D|53|57)[0-9A-Z]{3}$/, 'STORE_UNAVAILABLE'], // connection, authorization, no such database, resources, shutdown
  [/^(25006|40001|40P01|58030)$/, 'STORE_UNAVAILABLE'], // a replica, a conflict, a deadlock, an I/O error
  [/^(E[A-Z]{3,}|.*CERT.*)$/, 'STORE_UNAVAILABLE'], // ECONNREFUSED and its kin, TLS
];
/** What pg says of a lost connection has no code. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
/** What Kysely says of a database that a newer version has migrated. */
const NEWER = /^corrupted migrations: previously executed migration/;

/** An engine's failure as ours, where the machine failed; the error itself where the mistake is in the code. */
export function storeFault(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof Fault) return cause;
  const code = storeFaultCode(cause);
  if (code === undefined) return cause;
  return new StoreError({ code } as StoreFault, { cause });
}

function storeFaultCode(error: Error & { code?: unknown; errcode?: unknown }): StoreFault['code'] | undefined {
  if (typeof error.errcode === 'number') return SQLITE[error.errcode & 0xff];
  if (NEWER.test(error.message)) return 'STORE_NEWER';
  if (LOST.test(error.message)) return 'STORE_UNAVAILABLE';
  const { code } = error;
  if (typeof code !== 'string' || code === 'ERR_ASSERTION') return undefined;
  return OTHERS.find(([pattern]) => pattern.test(code))?.[1];
}
