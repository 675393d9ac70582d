/** Everything that proves the project, in order from the quick to the slow. The last line is `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { postgresSkipReason, sharePostgres } from '../test/support/postgres.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const underCi = process.env['CI'] === 'true';
const BIN = 'node_modules/.bin';
/** What a failed file printed is shown, its last lines: nodes log each fault that a test plays. */
const OUTPUT_LINES = 60;
/** Told again at the end, as a long log is read from there. */
const failures: string[] = [];

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const CHECKS: readonly { name: string; command: readonly string[] }[] = [
  { name: 'types', command: [`${BIN}/tsc`] },
  { name: 'types of the pages', command: [`${BIN}/tsc`, '-p', 'console'] },
  { name: 'lint', command: [`${BIN}/oxlint`, '--deny-warnings'] },
  {
    name: 'format',
    command: [
      `${BIN}/oxfmt`,
      '--check',
      'src',
      'scripts',
      'test',
      'bench',
      'bin',
      'console',
      '!console/dist',
      '!console/src/api',
    ],
  },
  { name: 'unused code', command: [`${BIN}/knip`, '--treat-config-hints-as-errors'] },
  { name: 'house rules', command: [process.execPath, 'scripts/tidy.ts'] },
  { name: 'api/openapi.json is what the code says', command: [process.execPath, 'scripts/openapi.ts', '--check'] },
];

/** Files at once: as many as there are cores, and twice as many where they wait more than they work. */
const BUSY = availableParallelism();
const WAITING = 2 * BUSY;
const SUITES: readonly { name: string; globs: readonly string[]; concurrency: number }[] = [
  {
    name: 'unit and property',
    globs: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    concurrency: BUSY,
  },
  { name: 'conformance', globs: ['test/conformance/**/*.test.ts'], concurrency: WAITING },
  { name: 'interop', globs: ['test/interop/**/*.test.ts'], concurrency: WAITING },
  { name: 'story', globs: ['test/story/**/*.test.ts'], concurrency: BUSY },
  { name: 'browser', globs: ['test/browser/**/*.test.ts'], concurrency: WAITING },
  { name: 'fault', globs: ['test/fault/**/*.test.ts'], concurrency: BUSY },
  { name: 'drills', globs: ['test/drills/**/*.test.ts'], concurrency: 1 },
];

async function runCheck({ name, command }: (typeof CHECKS)[number]): Promise<Tally> {
  const [program, ...args] = command;
  const output: Buffer[] = [];
  const child = spawn(program!, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((settle) => {
    child.on('error', () => settle(null));
    child.on('close', settle);
  });
  if (code === 0) console.log(`ok  ${name}`);
  else tellFailure(`NOT OK  ${name}\n${Buffer.concat(output).toString()}`);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function runSuite({ name, globs, concurrency }: (typeof SUITES)[number], only?: string): Promise<Tally> {
  const files = globs
    .flatMap((glob) => globSync(glob, { cwd: folder }))
    .filter((file) => only === undefined || file.includes(only))
    .sort();
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) {
    if (only === undefined) tally.failed++;
    return tally;
  }
  console.log(`\n${name}: ${files.length} files`);
  const startedMs = Date.now();
  const outputs = new Map<string, string>();
  const failedFiles = new Set<string>();
  for await (const { type, data } of run({ files, cwd: folder, concurrency, timeout: 300_000 })) {
    if (type === 'test:pass' && isTest(data)) {
      if (data.skip === undefined) tally.passed++;
      else {
        tally.skipped++;
        console.log(`skipped  ${data.name}: ${String(data.skip)}`);
      }
    } else if (type === 'test:fail' && isOwnFailure(data.details.error)) {
      tally.failed++;
      if (data.file !== undefined) failedFiles.add(data.file);
      const where = data.file === undefined ? '' : ` (${relative(folder, data.file)}:${data.line ?? 0})`;
      tellFailure(`NOT OK  ${name}: ${data.name}${where}\n${describe(data.details.error)}`);
    } else if (type === 'test:stdout' || type === 'test:stderr') {
      const file = resolve(folder, data.file);
      if (only === undefined) outputs.set(file, (outputs.get(file) ?? '') + data.message);
      else process.stdout.write(data.message);
    }
  }
  for (const file of failedFiles) {
    const lines = outputs.get(file)?.split('\n').slice(-OUTPUT_LINES);
    if (lines !== undefined) console.log(`what ${relative(folder, file)} printed:\n${lines.join('\n')}`);
  }
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped, in ${seconds} s`);
  return tally;
}

/** A file and a suite report that they passed too: only tests are counted. */
function isTest(data: { details: { type?: string | undefined }; name: string; nesting: number }): boolean {
  return data.details.type !== 'suite' && !(data.nesting === 0 && data.name.endsWith('.test.ts'));
}

/** A suite whose test failed fails with it, and is not counted again; one whose hook failed is, and so is a file that ended early. */
function isOwnFailure(error: Error): boolean {
  return !('failureType' in error && error.failureType === 'subtestsFailed');
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return (cause.stack ?? cause.message).replace(/^/gm, '        ');
}

function tellFailure(failure: string): void {
  console.log(failure);
  failures.push(failure);
}

const { values, positionals } = parseArgs({
  options: { suite: { type: 'string' } },
  allowPositionals: true,
  args: process.argv.slice(2),
});
const [only] = positionals;
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
const add = ({ passed, failed, skipped }: Tally): void => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
};
if (only === undefined && values.suite === undefined) {
  for (const check of CHECKS) add(await runCheck(check));
}
const stopPostgres = postgresSkipReason() === false ? await sharePostgres() : undefined;
for (const suite of SUITES) {
  if (values.suite === undefined || suite.name.startsWith(values.suite)) add(await runSuite(suite, only));
}
await stopPostgres?.();
if (underCi && total.skipped > 0) {
  console.log(`${total.skipped} tests were skipped, and under CI nothing may be`);
  total.failed += total.skipped;
}
if (total.passed === 0) total.failed++;
if (failures.length > 0) console.log(`\nwhat failed:\n${failures.join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
