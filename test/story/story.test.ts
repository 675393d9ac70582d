import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockFolder } from '../../src/base/folder-lock.ts';
import { PROMISED_MS, WAIT_MS_MAX } from '../../src/demo/story/narrator.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const STORY_MS_MAX = 120_000;
/** Of six other members, of whom one may be faulty: more than (6 + 1) / 2. */
const QUORUM = 4;

interface Line {
  readonly addresses?: Record<string, { api: string; s13?: string; n5gEir?: string; tokens: string }>;
  readonly chapter?: string;
  readonly step?: string;
  readonly held?: boolean;
  readonly member?: string;
  readonly gate?: string;
  readonly status?: string;
  readonly afterMs?: number;
  readonly text?: string;
}

function play(folder: string): Promise<{ exitCode: number; lines: Line[]; errors: string }> {
  return new Promise((resolve) => {
    const args = [MAIN, 'demo', '--once', '--json', '--data', folder];
    const child = execFile(process.execPath, args, { timeout: STORY_MS_MAX }, (_, stdout, stderr) => {
      const lines = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line);
      resolve({ exitCode: child.exitCode ?? -1, lines, errors: stderr });
    });
  });
}

/** What did not come to hold. On a busy machine an answer may be there later than promised; the story says so itself. */
function brokenIn([, ...told]: readonly Line[]): Line[] {
  const isLate = ({ afterMs = 0 }: Line): boolean => afterMs >= PROMISED_MS && afterMs < WAIT_MS_MAX;
  return told.filter((line) => line.held !== true && !isLate(line));
}

/** 1 as soon as something is later than promised. */
function endOf([, ...told]: readonly Line[]): number {
  return told.every(({ held }) => held === true) ? 0 : 1;
}

describe('the story', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-story-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is told on a new data folder: the phone, the spammer and the illegal cell are refused', async () => {
    const { exitCode, lines, errors } = await play(folder);
    assert.deepEqual([exitCode, brokenIn(lines)], [endOf(lines), []], errors);
    const [{ addresses } = {}] = lines;
    assert.deepEqual(Object.keys(addresses ?? {}), ['hanbit', 'narae', 'duru', 'c-eir', 'hub', 'sakura', 'injeung']);
    assert.ok(
      Object.values(addresses!).every(({ api, tokens }) => api.startsWith('http://127.0.0.1:') && tokens !== ''),
    );

    const gates = Object.entries(addresses!).flatMap(([member, { s13, n5gEir }]) => [
      ...(s13 === undefined ? [] : [`${member} S13`]),
      ...(n5gEir === undefined ? [] : [`${member} N5g-eir`]),
    ]);
    assert.equal(gates.length, 8);
    assert.deepEqual(
      [...new Set(lines.flatMap(({ chapter = [] }) => chapter))],
      ['stolen-phone', 'spammer', 'illegal-cell'],
    );
    const phone = lines.filter(({ chapter }) => chapter === 'stolen-phone');
    for (const [step, status] of [
      ['attach', 'allowed'],
      ['refuse', 'blocked'],
      ['allow', 'allowed'],
    ]) {
      const told = phone.filter((line) => line.step === step);
      assert.deepEqual(told.map(({ member, gate }) => `${member} ${gate}`).sort(), gates.toSorted());
      assert.ok(told.every((line) => line.status === status));
    }
    // Report and release; certificates, and a suspension for each firm; two distrusted cells: each by a quorum of the six
    // others, and never by the log's own member. A statement's gates are told before its witnesses are.
    const seen = lines.filter(({ step }) => step === 'witness');
    const said = lines.filter((_, place) => lines[place + 1]?.step === 'witness');
    assert.deepEqual(
      seen.map(({ chapter, member }, place) => `${chapter} ${said[place]!.step}: ${member}`),
      [
        'stolen-phone refuse: hanbit',
        'stolen-phone release: hanbit',
        'spammer certified: injeung',
        'spammer refuse: injeung',
        'spammer refuse: injeung',
        'spammer refuse: injeung',
        'illegal-cell refuse: hanbit',
        'illegal-cell second: hanbit',
      ],
    );
    for (const { member, text } of seen) {
      const witnesses = /: signed by (.*)$/.exec(text!)![1]!.split(', ');
      assert.equal(new Set(witnesses).size, witnesses.length);
      assert.ok(witnesses.length >= QUORUM && !witnesses.includes(member!), text);
    }
    const explained = lines.find(({ step }) => step === 'explain');
    assert.equal(explained?.status, 'blocked');

    const spam = lines.filter(({ chapter, step }) => chapter === 'spammer' && step === 'refuse');
    assert.equal(spam.length, 9, 'three firms at three operators');
    assert.ok(spam.every(({ status }) => status === 'refused'));
    const cell = lines.filter(({ chapter, step }) => chapter === 'illegal-cell' && step === 'refuse');
    assert.deepEqual(
      cell.map(({ gate, status }) => `${gate} ${status}`),
      ['payments refused', 'payments refused'],
    );
  });

  it('is told again on the same data folder, whose nodes take up what they left', async () => {
    const { exitCode, lines, errors } = await play(folder);
    assert.deepEqual([exitCode, brokenIn(lines)], [endOf(lines), []], errors);
  });

  for (const place of ['', 'hub']) {
    it(`ends with a code where another process holds ${place === '' ? 'the folder' : 'the folder of one member'}`, async () => {
      const held = lockFolder(join(folder, place));
      try {
        const { exitCode, errors } = await play(folder);
        assert.equal(exitCode, 1);
        assert.match(errors, /^FOLDER_IN_USE /);
      } finally {
        held.release();
      }
    });
  }
});
