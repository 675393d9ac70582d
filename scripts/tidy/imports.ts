import { posix } from 'node:path';
import { type Check, importsOf, isTest, type Tree } from './tree.ts';

/** How every desk decides and reads its forms: what a watcher takes in from people is taken in the same way. */
const DECIDING = ['desks/decisions/decision', 'desks/decisions/form-fields'];

/**
 * Who may look into whom, as docs/ARCHITECTURE.md tells it. A room may import itself. `room/file` opens one door of a
 * room and leaves the others shut.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  identifiers: ['base'],
  wire: ['base'],
  ledger: ['base'],
  governance: ['base', 'identifiers', 'ledger'],
  peers: ['base', 'governance/consortium'],
  publishing: ['base', 'ledger'],
  sealing: ['base', 'ledger'],
  statements: ['base', 'identifiers', 'ledger/entry', 'sealing/seal'],
  standing: ['base', 'identifiers', 'governance/consortium', 'statements', 'ledger/entry', 'ledger/tree-chain'],
  anchoring: ['base', 'ledger', 'sealing/receipt', 'statements'],
  records: ['base', 'identifiers'],
  store: ['base', 'identifiers'],
  gates: ['base', 'identifiers', 'governance/consortium', 'statements', 'wire', 'standing', 'records', 'texts'],
  desks: ['base', 'identifiers', 'governance/consortium', 'statements', 'standing', 'store', 'records', 'ledger/entry'],
  watchers: ['base', 'identifiers', 'statements', 'standing', 'store', 'records', 'texts', ...DECIDING],
  exchange: ['base', 'identifiers', 'statements', 'store', ...DECIDING, 'desks/decisions/decision-fault'],
  portals: [
    'base',
    'identifiers',
    'governance/consortium',
    'governance/governance-fault',
    'governance/signed-paper',
    'statements',
    'desks',
    'watchers',
    'exchange',
    'standing',
    'store',
    'records',
    'ledger/layout',
    'ledger/entry',
    'ledger/note',
    'ledger/equivocation',
    'ledger/evidence',
    'ledger/witness-fault',
    'ledger/proof',
    'sealing/receipt',
    'sealing/seal',
  ],
  texts: [],
  probes: ['base', 'identifiers', 'wire'],
  node: ['*'],
  demo: ['*'],
  drills: ['*'],
  cli: ['*'],
  'main.ts': ['*'],
};

/** Rooms that only the composition may import: nothing below them knows that they exist. */
const IMPORTED_BY_FEW: Readonly<Record<string, readonly string[]>> = {
  cli: ['main.ts', 'cli', 'demo'],
  node: ['cli', 'node', 'demo', 'drills'],
  demo: ['cli', 'demo', 'drills'],
  drills: ['cli', 'drills'],
};

/** A verifier that shared code with the writer would share its mistakes. */
const WRITERS = ['tree-writer', 'sequencer', 'signing-state', 'mirror', 'follower', 'restore'];

/** Packages and modules that one room alone may use. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  kysely: ['src/store/', 'src/desks/'],
  pg: ['src/store/'],
  'ssh2-sftp-client': ['src/exchange/'],
  'node:sqlite': ['src/store/', 'src/base/folder-lock.ts'],
  // The codec asks only whether a text is an address.
  'node:net': [
    'src/gates/',
    'src/probes/',
    'src/demo/',
    'src/drills/',
    'src/portals/',
    'src/wire/diameter/message-writer.ts',
    'src/base/client-address.ts',
    'src/store/postgres.ts',
  ],
};

export function checkImports(tree: Tree): Check {
  const complaints: string[] = [];
  let lookedAt = 0;
  for (const [path, text] of tree) {
    // The fixtures in the tests of this check are imports that must not be.
    if (!/\.(ts|tsx)$/.test(path) || path === 'scripts/tidy.test.ts') continue;
    for (const specifier of importsOf(text)) {
      lookedAt++;
      const complaint = specifier.startsWith('.')
        ? complainOfRelative(tree, path, specifier)
        : complainOfPackage(path, specifier);
      if (complaint !== undefined) complaints.push(`${path}: ${complaint}`);
    }
  }
  return { lookedAt, complaints };
}

function complainOfRelative(tree: Tree, path: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  if (!/\.(ts|tsx|mjs|json)$/.test(specifier)) return `'${specifier}' has no extension, and Node will not find it`;
  if (!tree.has(target)) return `'${specifier}' is not there`;
  if (!path.startsWith('src/') || !target.startsWith('src/') || isTest(path)) return undefined;
  const from = roomOf(path);
  const to = roomOf(target);
  if (from === to) return complainInsideLedger(path, target);
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return `the room '${from}' is not in the table`;
  const few = IMPORTED_BY_FEW[to];
  if (few !== undefined) return few.includes(from) ? undefined : `'${from}' may not import '${to}'`;
  const door = target.slice('src/'.length).replace(/\.ts$/, '');
  if (allowed.some((entry) => entry === '*' || entry === to || entry === door)) return undefined;
  return `'${from}' may not import '${door}'`;
}

function complainInsideLedger(path: string, target: string): string | undefined {
  if (path !== 'src/ledger/verify.ts') return undefined;
  const file = posix.basename(target, '.ts');
  return WRITERS.includes(file) ? `the verifier shares only formats with the writer, not '${file}'` : undefined;
}

function complainOfPackage(path: string, specifier: string): string | undefined {
  if (!path.startsWith('src/') || isTest(path)) return undefined;
  const places = ONLY_IN[specifier];
  if (places === undefined || places.some((place) => path.startsWith(place))) return undefined;
  return `'${specifier}' belongs to ${places.join(', ')}`;
}

export function roomOf(path: string): string {
  return path.split('/')[1]!;
}
