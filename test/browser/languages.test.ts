import assert from 'node:assert/strict';
import { it } from 'node:test';
import { en } from '../../console/src/languages/en.ts';
import { ko } from '../../console/src/languages/ko.ts';

const texts = (tree: object, path = ''): Map<string, string> =>
  new Map(
    Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? [...texts(value, `${path}${name}.`)]
        : [[`${path}${name}`, String(value)] as const],
    ),
  );
const blanks = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!).sort();

it('every text stands in both languages, with the same blanks to fill in', () => {
  const korean = texts(ko);
  const english = texts(en);
  assert.ok(korean.size > 100);
  assert.deepEqual([...english.keys()].sort(), [...korean.keys()].sort());
  for (const [path, text] of korean) {
    assert.notEqual(text.trim(), '', path);
    assert.match(text, /[가-힣]/, `${path} is Korean`);
    assert.doesNotMatch(english.get(path)!, /[가-힣]/, `${path} is English`);
    assert.deepEqual(blanks(english.get(path)!), blanks(text), path);
  }
});
