import { type Check, isTest, type Tree } from './tree.ts';

/** docs/errors.md lists exactly the codes that the types of faults have, both ways. */
export function checkErrors(tree: Tree): Check {
  const listed = new Set(
    [...(tree.get('docs/errors.md') ?? '').matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((row) => row[1]!),
  );
  const used = new Set<string>();
  for (const [path, text] of tree) {
    if (!path.startsWith('src/') || !path.endsWith('.ts') || isTest(path)) continue;
    for (const [, codes] of text.matchAll(/\bcode:\s*((?:\|?\s*'[A-Z0-9_]+'\s*)+)/g)) {
      for (const [, code] of codes!.matchAll(/'([A-Z0-9_]+)'/g)) used.add(code!);
    }
  }
  const complaints = [
    ...[...used].filter((code) => !listed.has(code)).map((code) => `${code} is missing in docs/errors.md`),
    ...[...listed]
      .filter((code) => !used.has(code))
      .map((code) => `docs/errors.md explains ${code}, which is not in the code`),
  ];
  return { lookedAt: used.size, complaints };
}
