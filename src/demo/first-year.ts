import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import type { Example } from './lay-out.ts';

/** As the example's files are written. */
const WRITTEN = /KS-2026-/g;
const YEAR_LENGTH = 'YYYY'.length;

/**
 * The example with its firms' certificates as they will be called: a code holds the year in which it is given out, which
 * is that of the folder's first run.
 */
export async function inFirstYear(example: Example, folder: string, { clock }: { clock: Clock }): Promise<Example> {
  const file = join(folder, 'first-year');
  if (!existsSync(file)) {
    await makeFolderDurably(folder);
    await writeDurably(file, new Date(clock.nowMs()).toISOString().slice(0, YEAR_LENGTH));
  }
  const year = (await readFile(file, 'utf8')).trim();
  const nodes = JSON.parse(JSON.stringify(example.nodes).replaceAll(WRITTEN, `KS-${year}-`)) as Example['nodes'];
  return { ...example, nodes };
}
