import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkBans } from './tidy/bans.ts';
import { checkImports } from './tidy/imports.ts';
import { checkLinks, checkMap } from './tidy/maps.ts';

const tree = (files: Record<string, string>): Map<string, string> => new Map(Object.entries(files));

const IMPORT_CASES: readonly { name: string; files: Record<string, string>; complaint?: RegExp }[] = [
  {
    name: 'a room may import what the table gives it',
    files: { 'src/wire/a.ts': "import { b } from '../base/b.ts';", 'src/base/b.ts': '' },
  },
  {
    name: 'a gate may not read the ledger',
    files: { 'src/gates/a.ts': "import { b } from '../ledger/reader.ts';", 'src/ledger/reader.ts': '' },
    complaint: /'gates' may not import 'ledger\/reader'/,
  },
  {
    name: 'a type import counts too',
    files: { 'src/base/a.ts': "import type { B } from '../wire/b.ts';", 'src/wire/b.ts': '' },
    complaint: /'base' may not import 'wire\/b'/,
  },
  {
    name: 'an import() counts too',
    files: { 'src/base/a.ts': "await import('../wire/b.ts');", 'src/wire/b.ts': '' },
    complaint: /may not import/,
  },
  {
    name: 'a side-effect import counts too',
    files: { 'src/base/a.ts': "import '../wire/b.ts';", 'src/wire/b.ts': '' },
    complaint: /may not import/,
  },
  {
    name: 'a room that is not in the table is refused',
    files: { 'src/attic/a.ts': "import { b } from '../base/b.ts';", 'src/base/b.ts': '' },
    complaint: /'attic' is not in the table/,
  },
  {
    name: 'a door opens one file only',
    files: { 'src/statements/a.ts': "import { b } from '../ledger/sequencer.ts';", 'src/ledger/sequencer.ts': '' },
    complaint: /'statements' may not import 'ledger\/sequencer'/,
  },
  {
    name: 'the verifier shares no code with the writer',
    files: { 'src/ledger/verify.ts': "import { b } from './sequencer.ts';", 'src/ledger/sequencer.ts': '' },
    complaint: /shares only formats/,
  },
  {
    name: 'a path without an extension is refused, since Node does not find it',
    files: { 'src/base/a.ts': "import { b } from './b';", 'src/base/b.ts': '' },
    complaint: /no extension/,
  },
  {
    name: 'the database belongs to the store',
    files: { 'src/portals/a.ts': "import { Pool } from 'pg';" },
    complaint: /'pg' belongs to src\/store/,
  },
];

for (const { name, files, complaint } of IMPORT_CASES) {
  test(name, () => {
    const { lookedAt, complaints } = checkImports(tree(files));
    assert.equal(lookedAt, 1);
    if (complaint === undefined) assert.deepEqual(complaints, []);
    else assert.match(complaints.join('\n'), complaint);
  });
}

test('the time is read in one place', () => {
  const read = 'export const now = () => Date.now();';
  assert.match(checkBans(tree({ 'src/desks/a.ts': read })).complaints.join(), /only base\/clock.ts/);
  assert.deepEqual(checkBans(tree({ 'src/base/clock.ts': read })).complaints, []);
});

test('a swallowed error is found', () => {
  const swallowed = ['try { a(); } catch', '{ }'].join(' ');
  assert.match(checkBans(tree({ 'src/base/a.ts': swallowed })).complaints.join(), /swallowed/);
});

test('the map must name every room, and no other', () => {
  const page = '```\nsrc/\n  base/ tools\n  attic/ gone\n```';
  const { complaints } = checkMap(tree({ 'docs/ARCHITECTURE.md': page, 'src/base/a.ts': '', 'src/wire/a.ts': '' }));
  assert.deepEqual(complaints, ['src/wire/ is missing in the map', 'the map names src/attic/, which is not there']);
});

test('a link that leads nowhere is found, and an address elsewhere is left alone', () => {
  const text = '[a](there.md) [b](gone.md) [c](https://example.com) [d](there.md#part)';
  const { lookedAt, complaints } = checkLinks(tree({ 'docs/a.md': text, 'docs/there.md': '' }));
  assert.equal(lookedAt, 3);
  assert.deepEqual(complaints, ["docs/a.md: 'gone.md' leads nowhere"]);
});
