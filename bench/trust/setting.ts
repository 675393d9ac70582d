import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { generateLogKey, type SigningKey } from '../../src/ledger/note-key.ts';
import { Sequencer } from '../../src/ledger/sequencer.ts';

export const ISSUER = 'operator-1';

/** A member's log, and the disk under it. */
export interface Setting {
  readonly folder: string;
  readonly logFolder: string;
  readonly sequencer: Sequencer;
  readonly signingKey: SigningKey;
}

/** Measures something on a log of its own, which is gone afterwards. */
export async function inSetting<T>(measure: (setting: Setting) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-bench-'));
  const logFolder = join(folder, 'log');
  const signingKey = generateLogKey(`log.${ISSUER}.example/shared`);
  const options = { folder: logFolder, signingFolder: join(folder, 'signing'), signingKey };
  const sequencer = await Sequencer.open(options, { log: silentLog });
  try {
    return await measure({ folder, logFolder, sequencer, signingKey });
  } finally {
    await sequencer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
