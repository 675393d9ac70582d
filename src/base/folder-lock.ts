import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from './fault.ts';

export type FolderLockFault =
  | { code: 'FOLDER_IN_USE'; folder: string }
  | { code: 'FOLDER_LOCK_FAILED'; folder: string; reason: string };
export class FolderLockError extends Fault<FolderLockFault> {}

// SQLITE_BUSY of sqlite3.h.
const BUSY = 5;

/**
 * Holds a folder for one process. Node has no file locks of its own; SQLite's exclusive lock is one, and the system
 * takes it back when the process dies, however it dies.
 * @throws FolderLockError FOLDER_IN_USE when another process holds it, FOLDER_LOCK_FAILED when nobody can
 */
export function lockFolder(folder: string): { release(): void } {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    const { errcode, message } = cause as { errcode?: number; message: string };
    if (errcode === BUSY) throw new FolderLockError({ code: 'FOLDER_IN_USE', folder }, { cause });
    throw new FolderLockError({ code: 'FOLDER_LOCK_FAILED', folder, reason: message }, { cause });
  }
  const held = database;
  return { release: () => held.close() };
}
