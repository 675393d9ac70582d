import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Suffix of a file that is being written. A crash may leave one behind; it is written over by the next attempt. */
export const UNFINISHED_SUFFIX = '.unfinished';

/**
 * Writes a file so that, once this returns, it survives a power cut whole: write aside, fsync, rename, fsync the folder.
 * Before it returns, readers see the old file or the new one, never a part.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array | string | Iterable<Uint8Array>,
  mode = 0o644,
): Promise<void> {
  const aside = path + UNFINISHED_SUFFIX;
  const file = await open(aside, 'w', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await syncFolder(dirname(path));
}

/**
 * Writes a new file as `writeDurably` does, and takes nobody's place: a kill on the way leaves no half of it.
 * @returns whether it was written; false where a file of this name stood already
 */
export async function createDurably(path: string, bytes: Uint8Array | string, mode = 0o644): Promise<boolean> {
  const aside = `${path}.${process.pid}`;
  await writeDurably(aside, bytes, mode);
  try {
    // Unlike a rename, a link takes nobody's place.
    await link(aside, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    return false;
  } finally {
    await unlink(aside);
    await syncFolder(dirname(path));
  }
  return true;
}

/** Gives a finished file its name so that, once this returns, it survives a power cut whole. The folder is there already. */
export async function moveDurably(from: string, to: string): Promise<void> {
  const file = await open(from, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Makes a folder and its missing parents, durably: each new name is flushed in the folder that holds it. */
export async function makeFolderDurably(path: string, mode = 0o755): Promise<void> {
  const firstMade = await mkdir(path, { recursive: true, mode });
  if (firstMade === undefined) return;
  for (let folder = path; ; folder = join(folder, '..')) {
    await syncFolder(join(folder, '..'));
    if (folder === firstMade || folder === dirname(folder)) return;
  }
}

/** Flushes the names in a folder: one that was taken away stays away. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
