import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DRILLS } from '../../src/drills/drills.ts';
import { type Program, programSkipReason } from '../support/programs.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** On a machine that has much else to do. */
const DRILL_MS_MAX = 600_000;
const SAID_LENGTH_MAX = 2_000;

interface Line {
  readonly drill?: string;
  readonly seed?: number;
  readonly members?: readonly { readonly name: string; readonly roles: readonly string[] }[];
  readonly newcomers?: readonly string[];
  readonly chapter?: string;
  readonly step?: string;
  readonly member?: string;
  readonly held?: boolean;
  readonly afterMs?: number;
  readonly text?: string;
}

/** What a drill cannot be played without. */
const NEEDS: Readonly<Record<string, readonly Program[]>> = { clock: ['faketime'] };

/** They wait more than they work. */
const AT_ONCE = 2;

describe('the drills, in their short form', { concurrency: AT_ONCE }, () => {
  for (const { name, steps } of DRILLS) {
    it(
      `${name}: every step is told, and held`,
      { skip: programSkipReason(...(NEEDS[name] ?? [])), timeout: DRILL_MS_MAX },
      async (t) => {
        const seed = Number(process.env['BONGSU_SEED'] ?? randomInt(1_000_000));
        t.diagnostic(`seed ${seed} (BONGSU_SEED)`);
        const { exitCode, lines, output, errors } = await play(name, seed);
        const said = `${name}, seed ${seed}:\n${output}${errors}`;
        assert.deepEqual(
          lines.filter(({ held }) => held === false),
          [],
          said,
        );
        assert.equal(exitCode, 0, said);
        const [first, ...told] = lines;
        assert.equal(first?.seed, seed);
        assert.deepEqual(new Set(told.map(({ step }) => step)), new Set(Object.keys(steps)), said);
        const players = ['all', ...first.members!.map((member) => member.name), ...first.newcomers!];
        for (const { member, text, afterMs } of told) {
          assert.ok(players.includes(member!), member);
          assert.ok(afterMs !== undefined && afterMs >= 0);
          // What is behind is said in words.
          assert.doesNotMatch(text!, /(^|\s)-[0-9]/);
        }
      },
    );
  }

  it('are listed with what each proves', async () => {
    const { exitCode, output } = await bongsu('drill', 'list');
    assert.equal(exitCode, 0);
    assert.deepEqual(
      output
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      DRILLS.map(({ name }) => name),
    );
  });

  it('repeat their choices under a seed, and say in their help that no more is repeated', async () => {
    const { exitCode, output } = await bongsu('drill', 'kill', '--help');
    assert.equal(exitCode, 0);
    const help = output.replaceAll(/\s+/g, ' ');
    assert.match(help, /make the same choices again: victims, instants, octets; when a process is scheduled is not/);
  });

  it('are not played in a folder that has something in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bongsu-not-empty-'));
    try {
      await writeFile(join(folder, 'letter.txt'), 'to keep');
      const { exitCode, output, errors } = await bongsu('drill', 'slow', '--short', '--data', folder);
      assert.deepEqual([exitCode, output], [1, '']);
      assert.match(errors, /^DRILL_FOLDER_NOT_EMPTY folder=/);
      assert.deepEqual(await readdir(folder), ['letter.txt']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('end quietly with the reader of what they say', async () => {
    for (const [words, ends] of [
      [['drill', 'list'], { exitCode: 0, errors: '' }],
      [['drill', 'slow', '--short'], { exitCode: 1, errors: 'DRILL_BROKEN_OFF\n' }],
    ] as const) {
      const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (said: string) => (errors += said));
      const [exitCode] = (await once(child, 'close')) as [number | null];
      assert.deepEqual({ exitCode, errors }, ends);
    }
  });

  for (const words of [
    ['nothing'],
    ['kill', '--seed', '-1'],
    ['kill', '--seed', '2147483648'],
    ['kill', '--seed', 'x'],
  ]) {
    it(`drill ${words.join(' ')} is used wrongly: exit code 2`, async () => {
      assert.equal((await bongsu('drill', ...words)).exitCode, 2);
    });
  }
});

async function play(
  name: string,
  seed: number,
): Promise<{ exitCode: number; lines: Line[]; output: string; errors: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-drill-'));
  try {
    const words = ['--short', '--json', '--seed', `${seed}`, '--data', folder];
    const { exitCode, output, errors } = await bongsu('drill', name, ...words);
    const lines = output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    const said = exitCode === 0 ? '' : await saidByNodes(join(folder, 'lines'));
    return { exitCode, lines, output, errors: errors + said };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The last of what each node said. */
async function saidByNodes(folder: string): Promise<string> {
  const files = await readdir(folder).catch(() => []);
  const said = await Promise.all(
    files.map(async (file) => `${file}:\n${(await readFile(join(folder, file), 'utf8')).slice(-SAID_LENGTH_MAX)}`),
  );
  return said.join('\n');
}

function bongsu(...words: readonly string[]): Promise<{ exitCode: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...words], { timeout: DRILL_MS_MAX }, (_, output, errors) => {
      resolve({ exitCode: child.exitCode ?? -1, output, errors });
    });
  });
}
