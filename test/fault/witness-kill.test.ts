import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateWitnessKey, writeWitnessKey } from '../../src/ledger/cosignature.ts';
import { generateLogKey } from '../../src/ledger/note-key.ts';
import { originHash } from '../../src/ledger/witness-state.ts';
import { temporaryFolder, whenOver } from '../support/ledger.ts';
import { leavesOf, requestFor, rootOfLeaves } from '../support/trees.ts';
import { witnessOf } from '../support/witness.ts';
import { seededRandom } from '../../src/base/seeded-random.ts';

const PROCESS = fileURLToPath(new URL('witness-process.ts', import.meta.url));
const KILLS = Number(process.env['BONGSU_KILLS'] ?? 10);
/** How many answers a witness lives for, at most. */
const ANSWERS_MAX = 60;
const ASKED_AT_ONCE = 6;

const key = generateLogKey('log.hanbit.example/shared');
const HISTORIES = [leavesOf('a', 4_000), leavesOf('b', 4_000, leavesOf('a', 5))];

interface Running {
  readonly child: ChildProcess;
  readonly lines: Interface;
  ask(number: number, body: Buffer): void;
}

interface Place {
  readonly folder: string;
  readonly keyFile: string;
}

async function place(t: TestContext): Promise<Place> {
  const base = temporaryFolder(t);
  const folder = join(base, 'witness');
  mkdirSync(folder);
  await writeWitnessKey(join(base, 'key'), generateWitnessKey('witness.narae.example'));
  return { folder, keyFile: join(base, 'key') };
}

/** Starts the witness and waits until it is open. */
async function start(t: TestContext, { folder, keyFile }: Place, onLine: (line: string) => void): Promise<Running> {
  const child = spawn(process.execPath, [PROCESS, folder, keyFile, key.logKey.vkey], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  whenOver(t, () => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout);
  const opened = Promise.withResolvers<void>();
  lines.on('line', (line) => (line === 'open' ? opened.resolve() : onLine(line)));
  await opened.promise;
  return { child, lines, ask: (number, body) => void child.stdin.write(`${number} ${body.toString('base64')}\n`) };
}

async function kill({ child, lines }: Running): Promise<void> {
  const closed = once(lines, 'close');
  child.kill('SIGKILL');
  await closed;
}

const skip = existsSync('/proc/self/fd') ? false : 'it is not seen here when a process opens a file';
test('a witness killed between check and store has cosigned nothing, and is where it was', { skip }, async (t) => {
  const at = await place(t);
  const said: string[] = [];
  const first = await start(t, at, (line) => said.push(line));
  const answered = once(first.lines, 'line');
  first.ask(1, requestFor(HISTORIES[0]!.slice(0, 10), 0, key));
  await answered;
  // Its store waits until somebody reads what this pipe is full of. The check is done once it is open.
  const aside = join(at.folder, `${originHash(key.name)}.unfinished`);
  const pipe = fullPipe(aside);
  first.ask(2, requestFor(HISTORIES[0]!.slice(0, 20), 10, key));
  while (!hasOpen(first.child.pid!, aside)) await wait(1);
  await kill(first);
  closeSync(pipe);
  rmSync(aside);
  assert.deepEqual(
    said.map((line) => line.split(' ').slice(0, 2)),
    [['cosigned', '1']],
  );

  const again = await witnessOf(t, [key.logKey], { folder: at.folder });
  assert.match((await again.witness.cosigned(originHash(key.name)))!, /\n10\n/);
  // It may go on another way that is consistent with what it did cosign.
  const other = leavesOf('other', 15, HISTORIES[0]!.slice(0, 10));
  assert.ok(await again.witness.addCheckpoint(requestFor(other, 10, key)));
});

test(`${KILLS} kills at random instants: no two cosigned trees contradict each other, and no size is forgotten`, async (t) => {
  const seed = Number(process.env['BONGSU_SEED'] ?? randomInt(1_000_000));
  t.diagnostic(`seed ${seed} (BONGSU_SEED), kills ${KILLS} (BONGSU_KILLS)`);
  const random = seededRandom(seed);
  const at = await place(t);
  /** What was asked by number, and what was cosigned. */
  const asked = new Map<number, { history: number; size: number }>();
  const cosigned: { history: number; size: number }[] = [];
  let number = 0;
  for (let life = 0; life < KILLS; life++) {
    let last = Math.max(0, ...cosigned.map(({ size }) => size));
    let answers = 0;
    const lifetime = 1 + Math.floor(random() * ANSWERS_MAX);
    const over = Promise.withResolvers<void>();
    const running = await start(t, at, (line) => {
      const [verdict, which] = line.split(' ');
      const { history, size } = asked.get(Number(which))!;
      if (verdict === 'cosigned') {
        last = Math.max(last, size);
        cosigned.push({ history, size });
      }
      answers += 1;
      if (answers >= lifetime) over.resolve();
      else if (answers % ASKED_AT_ONCE === 0) more();
    });
    const more = (): void => {
      // Both histories from the last size that was told, and from sizes near it, for what a kill left unsaid.
      for (let turn = 0; turn < ASKED_AT_ONCE; turn++) {
        const oldSize = Math.max(0, last - 1 + Math.floor(random() * 4));
        const history = Math.floor(random() * HISTORIES.length);
        const size = oldSize + Math.floor(random() * 3);
        asked.set(++number, { history, size });
        running.ask(number, requestFor(HISTORIES[history]!.slice(0, size), oldSize, key));
      }
    };
    more();
    await over.promise;
    await kill(running);
  }
  t.diagnostic(`${cosigned.length} cosigned, the largest of ${Math.max(...cosigned.map(({ size }) => size))}`);
  assert.ok(cosigned.length > 0);
  let largest = { history: 0, size: 0 };
  for (const next of cosigned) {
    assert.ok(next.size >= largest.size, 'it went back');
    const [now, before] = [next, largest].map(({ history }) =>
      rootOfLeaves(HISTORIES[history]!.slice(0, largest.size)),
    );
    assert.ok(now!.equals(before!), 'it cosigned two trees');
    largest = next;
  }
});

function fullPipe(path: string): number {
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(pipe, Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
  }
  return pipe;
}

function hasOpen(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((name) => {
    try {
      return readlinkSync(join(folder, name)) === path;
    } catch {
      // It was closed since.
      return false;
    }
  });
}
