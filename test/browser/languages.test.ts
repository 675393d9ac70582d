import assert from 'node:assert/strict';
import { it } from 'node:test';
import { en } from '../../console/src/languages/en.ts';
import { ko } from '../../console/src/languages/ko.ts';
import { waitText } from '../../console/src/parts/wait-text.ts';

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

/** What whoever works at the pages meets: a number that is none, somebody who was first, a decision that is not ripe. */
const MET_AT_THE_DESK = [
  'APPLICATION_UNKNOWN',
  'CAMPAIGN_UNKNOWN',
  'INCIDENT_UNKNOWN',
  'STEP_ILLEGAL',
  'PROPOSAL_DECIDED',
  'ITEMS_WITHOUT_FINDING',
  'CELL_MALFORMED',
  'CELL_DISTRUSTED_ALREADY',
  'EXPOSED_LIST_UNCHANGED',
  'INCIDENT_CLOSED',
  'CLOCK_FILED_ALREADY',
];

it('the pages have words of their own for what goes wrong at each desk', () => {
  assert.deepEqual(
    MET_AT_THE_DESK.filter((code) => !Object.hasOwn(ko.problems, code)),
    [],
  );
});

it('says how long to wait as people do', () => {
  const said = (seconds: number): string[] => [waitText(seconds, 'ko'), waitText(seconds, 'en')];
  assert.deepEqual(said(86_400), ['24시간', '24 hours']);
  assert.deepEqual(said(900), ['15분', '15 minutes']);
  assert.deepEqual(said(61), ['61초', '61 seconds']);
  assert.deepEqual(said(1), ['1초', '1 second']);
  for (const code of ['TOO_MANY_REQUESTS', 'LINE_CHECKS_TOO_MANY'] as const)
    assert.match(ko.problems[code], /{{wait}}/);
});
