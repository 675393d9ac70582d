import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Told } from './narrator.ts';
import { personTeller } from './tell.ts';

const LINE: Told = {
  chapter: 'spammer',
  step: 'refuse',
  member: 'hanbit',
  gate: 'SMPP',
  status: 'refused',
  afterMs: 331.6,
  held: true,
  text: 'SENDER_SUSPENDED: the firm is suspended; reason spam; certificate KS-2026-000003; appeal: injeung',
};

function told(line: Told, columns?: number): string[] {
  let text = '';
  const options = { headings: { spammer: { refuse: 'It is refused' } }, isColoured: false, columns };
  personTeller((more) => (text += more), options)(line);
  return text.split('\n');
}

describe('a line of the story, told to a person', () => {
  it('stands under its heading, with its time, in one line where the terminal is as wide or is none', () => {
    for (const columns of [undefined, 42 + LINE.text.length]) {
      assert.deepEqual(told(LINE, columns), [
        '',
        'It is refused',
        `   332 ms  hanbit  SMPP     refused       ${LINE.text}`,
        '',
      ]);
    }
  });

  it('is folded between words, under the text, where the terminal is narrower', () => {
    assert.deepEqual(told(LINE, 100).slice(2), [
      '   332 ms  hanbit  SMPP     refused       SENDER_SUSPENDED: the firm is suspended; reason spam;',
      `${' '.repeat(42)}certificate KS-2026-000003; appeal: injeung`,
      '',
    ]);
    // A word is never cut, however narrow it is.
    assert.equal(
      told(LINE, 10)
        .slice(2)
        .map((line) => line.slice(42))
        .join(' ')
        .trim(),
      LINE.text,
    );
  });

  it('says so where a promise did not hold', () => {
    assert.match(told({ ...LINE, text: 'late', held: false })[2]!, /late  NOT HELD$/);
  });
});
