import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from './fault.ts';

export type FolderLockFault = { code: 'FOLDER_IN_USE'; folder: string };
export class FolderLockError extends Fault<FolderLockFault> {}

/**
 * Holds a folder for one process. Node has no file locks of its own; SQLite's exclusive lock is one, and the system
 * takes it back when the process dies, however it dies.
 * @throws FolderLockError FOLDER_IN_USE when another process holds it
 */
export function lockFolder(folder: string): { release(): void } {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new FolderLockError({ code: 'FOLDER_IN_USE', folder }, { cause });
  }
  return { release: () => database.close() };
}
