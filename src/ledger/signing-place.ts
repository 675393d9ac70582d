import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../base/durable.ts';
import { SIGNED_CHECKPOINT_FILE } from './signing-state.ts';

const FILE_NAME = 'place';

/**
 * Remembers where on the disk the signing state was written: the number of its file, and when that was made. A copy of
 * the folder, and what is restored from one, is another file, whatever it says of itself.
 *
 * The state is written over in place, so it stays one file. The device's number is left out: on many systems it is another
 * one after each start.
 */
export async function markSigningPlace(signingFolder: string): Promise<void> {
  await writeDurably(join(signingFolder, FILE_NAME), placeOf(signingFolder), 0o600);
}

/**
 * Whether the signing state is the very file that was marked, or another one that says the same: then it may say what was
 * signed long ago. A snapshot of the whole disk, and octets copied into the file itself, are not noticed.
 */
export function isAtSigningPlace(signingFolder: string): boolean {
  try {
    return readFileSync(join(signingFolder, FILE_NAME), 'utf8') === placeOf(signingFolder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
}

function placeOf(signingFolder: string): string {
  const { ino, birthtimeNs } = statSync(join(signingFolder, SIGNED_CHECKPOINT_FILE), { bigint: true });
  return `${ino} ${birthtimeNs}\n`;
}
