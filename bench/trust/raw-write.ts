import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What the disk itself takes for one durable file: write, fsync, rename, fsync of the folder. */
export async function writeRaw(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.aside`, 'w');
  await file.write(bytes);
  await file.sync();
  await file.close();
  await rename(`${path}.aside`, path);
  const folder = await open(join(dirname(path)), 'r');
  await folder.sync();
  await folder.close();
}
