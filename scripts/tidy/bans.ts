import { type Check, isTest, type Tree } from './tree.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly why: string;
  readonly where: (path: string) => boolean;
}

const isSource = (path: string): boolean => path.startsWith('src/') && path.endsWith('.ts') && !isTest(path);
const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path) && !path.startsWith('scripts/tidy/');
const isGenerated = (path: string): boolean => path.endsWith('/generated.ts');
const LINES_MAX = 400;

const BANS: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bperformance\.now\(|\bnew Date\(\)/,
    why: 'only base/clock.ts reads the time',
    where: (path) => isSource(path) && path !== 'src/base/clock.ts',
  },
  {
    pattern: /\bconsole\.(log|error|warn)\(/,
    why: 'a room speaks through its log; a command writes to its stream',
    where: (path) => isSource(path),
  },
  {
    pattern: /\b(it|test|describe)\.(only|skip|todo)\(|\bT[O]DO\b|\bF[I]XME\b/,
    why: 'unfinished or silenced work',
    where: isCode,
  },
  { pattern: /@ts-(ignore|nocheck)/, why: 'the types are to be mended, not silenced', where: isCode },
  { pattern: /\bcatch\s*(\([^)]*\))?\s*\{\s*\}/, why: 'a swallowed error', where: isCode },
  {
    pattern: /(^|[\s'"`(])\/(home|root|Users|work)\//m,
    why: 'a path of one machine',
    where: (path) => !path.startsWith('scripts/tidy/'),
  },
];

export function checkBans(tree: Tree): Check {
  const complaints: string[] = [];
  for (const [path, text] of tree) {
    for (const { pattern, why, where } of BANS) {
      const match = where(path) ? pattern.exec(text) : null;
      if (match !== null) {
        const line = text.slice(0, match.index).split('\n').length;
        complaints.push(`${path}:${line}: '${match[0].trim()}': ${why}`);
      }
    }
    const lines = isCode(path) && !isGenerated(path) ? text.split('\n').length : 0;
    if (lines > LINES_MAX) complaints.push(`${path}: ${lines} lines: which second subject moved in?`);
  }
  return { lookedAt: tree.size, complaints };
}
