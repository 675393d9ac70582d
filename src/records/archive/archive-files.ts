import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordKind } from './kinds.ts';

/** Subscribers: nobody but the node's own user reads them. */
export const FOLDER_MODE = 0o700;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const PARQUET = /^(import-([0-9a-f]{64})|feed-[0-9]+-[0-9a-f]{16}|merged-[0-9]+-[0-9a-f]{16})\.parquet$/;

/**
 * The archive's folders: `<kind>/<day>/<name>.parquet`, `imports/<kind>-<sha256>.json` of each file imported, `work` for
 * what is being made. A file of an import counts only once the import's own note is there: all of it, or nothing.
 */
export interface ArchiveFolder {
  readonly root: string;
  readonly imports: string;
  readonly work: string;
}

export function archiveFolder(root: string): ArchiveFolder {
  return { root, imports: join(root, 'imports'), work: join(root, 'work') };
}

export interface ArchiveFile {
  readonly path: string;
  /** From the archive's folder, fit for a message. */
  readonly name: string;
  /** When its day begins (UTC), in ms since 1970. */
  readonly dayMs: number;
  readonly source: 'import' | 'feed' | 'merged';
}

/** What is kept of a file that was imported. */
export interface ImportNote {
  readonly kind: RecordKind;
  readonly sha256: string;
  readonly importedMs: number;
  /** Of an inventory: when it was the truth. */
  readonly asOfMs: number;
  readonly rows: number;
  readonly accepted: number;
  /** Rows refused, by the reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly files: number;
}

export function dayText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

export function notePath(folder: ArchiveFolder, kind: RecordKind, sha256: string): string {
  return join(folder.imports, `${kind}-${sha256}.json`);
}

/** The note of an import, or undefined where that file was never imported whole. */
export async function readNote(
  folder: ArchiveFolder,
  kind: RecordKind,
  sha256: string,
): Promise<ImportNote | undefined> {
  try {
    return JSON.parse(await readFile(notePath(folder, kind, sha256), 'utf8')) as ImportNote;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The notes of all imports of a kind, the oldest first. */
export async function readNotes(folder: ArchiveFolder, kind: RecordKind): Promise<ImportNote[]> {
  const names = (await namesIn(folder.imports)).flatMap(
    (name) => new RegExp(`^${kind}-([0-9a-f]{64})\\.json$`).exec(name)?.[1] ?? [],
  );
  const notes = await Promise.all(names.map((sha256) => readNote(folder, kind, sha256)));
  return notes
    .filter((note) => note !== undefined)
    .sort((one, other) => one.asOfMs - other.asOfMs || one.importedMs - other.importedMs);
}

/** The files of a kind whose day touches a span of time (both ends inclusive), the earliest day first. */
export async function listFiles(
  folder: ArchiveFolder,
  kind: RecordKind,
  { sinceMs = -Infinity, untilMs = Infinity }: { sinceMs?: number; untilMs?: number } = {},
): Promise<ArchiveFile[]> {
  const imported = new Set((await readNotes(folder, kind)).map(({ sha256 }) => sha256));
  const files: ArchiveFile[] = [];
  for (const day of (await namesIn(join(folder.root, kind))).sort()) {
    const dayMs = Date.parse(day);
    if (!DAY.test(day) || dayMs > untilMs || dayMs + DAY_MS <= sinceMs) continue;
    for (const name of (await namesIn(join(folder.root, kind, day))).sort()) {
      const [, whole, sha256] = PARQUET.exec(name) ?? [];
      if (whole === undefined || (sha256 !== undefined && !imported.has(sha256))) continue;
      const source = whole.slice(0, whole.indexOf('-')) as ArchiveFile['source'];
      files.push({ path: join(folder.root, kind, day, name), name: `${kind}/${day}/${name}`, dayMs, source });
    }
  }
  return files;
}

/** Takes away what an import that never finished has left. Call it before anything is imported. */
export async function removeUnfinished(folder: ArchiveFolder, kind: RecordKind, sha256: string): Promise<void> {
  for (const day of await namesIn(join(folder.root, kind))) {
    await rm(join(folder.root, kind, day, `import-${sha256}.parquet`), { force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
