import { posix } from 'node:path';
import type { Check, Tree } from './tree.ts';

/** The map of folders in the page is the folders, both ways. Its lines read `  name/   what it is`. */
export function checkMap(tree: Tree): Check {
  const page = tree.get('docs/ARCHITECTURE.md');
  if (page === undefined) return { lookedAt: 0, complaints: ['docs/ARCHITECTURE.md is missing'] };
  const map = /```\nsrc\/\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const named = new Set([...map.matchAll(/^ {2}([\w-]+)\/ /gm)].map((match) => match[1]!));
  const present = new Set(
    [...tree.keys()].filter((path) => /^src\/[^/]+\//.test(path)).map((path) => path.split('/')[1]!),
  );
  const complaints = [
    ...[...present].filter((room) => !named.has(room)).map((room) => `src/${room}/ is missing in the map`),
    ...[...named].filter((room) => !present.has(room)).map((room) => `the map names src/${room}/, which is not there`),
  ];
  return { lookedAt: named.size, complaints };
}

/** Relative links in the documents lead to files of the project. */
export function checkLinks(tree: Tree): Check {
  const complaints: string[] = [];
  let lookedAt = 0;
  for (const [path, text] of tree) {
    if (!path.endsWith('.md')) continue;
    for (const [, link] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      lookedAt++;
      const target = posix.join(posix.dirname(path), link!);
      const there =
        tree.has(target) || [...tree.keys()].some((name) => name.startsWith(`${target.replace(/\/$/, '')}/`));
      if (!there && !EXTENSIONLESS.has(target)) complaints.push(`${path}: '${link}' leads nowhere`);
    }
  }
  return { lookedAt, complaints };
}

/** Files without an extension that documents may link to. */
const EXTENSIONLESS = new Set(['LICENSE']);
