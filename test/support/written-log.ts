import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { encodeEntry } from '../../src/ledger/entry.ts';
import { generateLogKey, type SigningKey } from '../../src/ledger/note-key.ts';
import { Sequencer } from '../../src/ledger/sequencer.ts';

const APPEND_COUNT = 4096;

/** Entry `index` of a test log: a blocked device of its own. */
export function testEntry(index: number, issuer = 'hanbit'): Uint8Array {
  return encodeEntry({
    kind: 'device.blocked',
    version: 1,
    issuer,
    timeMs: 1_700_000_000_000 + index,
    id: createHash('sha256').update(index.toString()).digest().subarray(0, 16),
    body: { target: { imei: (35_209_900_000_000 + index).toString() }, reason: 'stolen' },
  });
}

/** Writes a log the way a node does, into `<root>/log`. */
export async function writeLog(
  root: string,
  entries: Iterable<Uint8Array>,
  key = generateLogKey('log.hanbit.example/shared'),
): Promise<{ folder: string; key: SigningKey }> {
  const folder = join(root, 'log');
  const sequencer = await Sequencer.open(
    { folder, signingFolder: join(root, 'signing'), signingKey: key },
    { log: silentLog },
  );
  try {
    let waiting: Uint8Array[] = [];
    for (const entry of entries) {
      waiting.push(entry);
      if (waiting.length < APPEND_COUNT) continue;
      await sequencer.append(waiting);
      waiting = [];
    }
    if (waiting.length > 0) await sequencer.append(waiting);
  } finally {
    await sequencer.close();
  }
  return { folder, key };
}

export function* testEntries(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield testEntry(index);
}

/** Flips one bit of a file. @param at counted from the file's end where negative */
export async function flipBit(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place]! ^= 1;
  await writeFile(file, bytes);
}
