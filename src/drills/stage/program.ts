import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WAIT_MS_MAX } from './until.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** A command as a person gives it, in a process of its own. */
export function bongsu(...words: readonly string[]): Promise<{ exitCode: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...words], { timeout: WAIT_MS_MAX }, (_, output, errors) => {
      resolve({ exitCode: child.exitCode ?? -1, output, errors });
    });
  });
}
