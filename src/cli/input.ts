import { open, stat, writeFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { type LogKey, parseLogKey, readLogKey } from '../ledger/note-key.ts';

export type InputFault =
  | { code: 'INPUT_UNREADABLE'; file: string }
  | { code: 'INPUT_TOO_LARGE'; file: string; sizeMax: number }
  | { code: 'OUTPUT_UNWRITABLE'; file: string }
  | { code: 'EXPORT_NOT_AS_SEALED'; sha256: string; found: string };
export class InputError extends Fault<InputFault> {}

/** The octets of a file that a person named. @throws InputError */
export async function readInput(file: string, sizeMax: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).size > sizeMax) throw new InputError({ code: 'INPUT_TOO_LARGE', file, sizeMax });
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError({ code: 'INPUT_UNREADABLE', file }, { cause });
  }
}

/** Writes a file that a person named. @throws InputError OUTPUT_UNWRITABLE */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new InputError({ code: 'OUTPUT_UNWRITABLE', file }, { cause });
  }
}

/** A log's public key, given as such or as the file that holds it. @throws KeyError */
export async function readKey(keyOrFile: string): Promise<LogKey> {
  const key = parseLogKey(keyOrFile);
  if (!(key instanceof Fault)) return key;
  // What is no key and no file was meant as a key, if it has a key's plus signs.
  if (keyOrFile.includes('+') && !(await isFile(keyOrFile))) throw key;
  return readLogKey(keyOrFile);
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
