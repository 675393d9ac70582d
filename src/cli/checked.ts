import { Fault } from '../base/fault.ts';
import { EXIT } from './run.ts';

/** Prints what a check found. With --json a failed check is an object too; either way it ends with code 1. */
export async function answer(
  json: boolean | undefined,
  check: () => Promise<{ facts: object; lines: string[] }>,
): Promise<void> {
  try {
    const { facts, lines } = await check();
    process.stdout.write(json === true ? `${JSON.stringify({ ok: true, ...facts })}\n` : `${lines.join('\n')}\n`);
  } catch (error) {
    if (json !== true || !(error instanceof Fault)) throw error;
    process.stdout.write(`${JSON.stringify({ ok: false, ...error.facts })}\n`);
    process.exitCode = EXIT.failed;
  }
}
