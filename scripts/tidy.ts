/** House rules as a program: who may import whom, who may read the time, and whether the maps tell the truth. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkBans } from './tidy/bans.ts';
import { checkErrors } from './tidy/errors.ts';
import { checkImports } from './tidy/imports.ts';
import { checkLinks, checkMap } from './tidy/maps.ts';
import type { Check, Tree } from './tidy/tree.ts';

const CHECKS: readonly { name: string; run: (tree: Tree) => Check }[] = [
  { name: 'imports follow the table', run: checkImports },
  { name: 'nothing banned', run: checkBans },
  { name: 'the map in ARCHITECTURE names what is there', run: checkMap },
  { name: 'docs/errors.md lists the codes', run: checkErrors },
  { name: 'links lead somewhere', run: checkLinks },
];

/** Every check that looked at nothing has failed: a pattern that matches nothing proves nothing. */
export function tidy(tree: Tree): { name: string; lookedAt: number; complaints: readonly string[] }[] {
  return CHECKS.map(({ name, run }) => {
    const { lookedAt, complaints } = run(tree);
    return { name, lookedAt, complaints: lookedAt === 0 ? [...complaints, `${name}: looked at nothing`] : complaints };
  });
}

function readTree(folder: string): Tree {
  const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const files = names
    .split('\n')
    // A file that was moved is listed by git until the move is staged.
    .filter((name) => existsSync(`${folder}/${name}`))
    .filter((name) => /\.(ts|tsx|mjs|md|json|sh|conf|go)$/.test(name) || name === '.ci/run');
  return new Map(files.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
}

if (import.meta.main) {
  const results = tidy(readTree(fileURLToPath(new URL('..', import.meta.url))));
  for (const { name, lookedAt, complaints } of results) {
    console.log(`${complaints.length === 0 ? 'ok' : 'NOT OK'}  ${name} (${lookedAt} looked at)`);
    for (const complaint of complaints) console.log(`        ${complaint}`);
  }
  process.exitCode = results.every(({ complaints }) => complaints.length === 0) ? 0 : 1;
}
