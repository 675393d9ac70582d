// Builds the web pages with Vite, where they are missing or older than their sources.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, projectFolder, run } from './install.mjs';

const folder = join(projectFolder, 'console');
const builtMark = join(folder, 'dist', '.built');
const OTHER_SOURCES = ['package-lock.json'];

/** Leaves `console/dist` as the sources say. It writes nothing where they have not changed. */
export function buildConsole() {
  const wanted = hashOfSources();
  if (existsSync(builtMark) && readFileSync(builtMark, 'utf8') === wanted) return;
  process.stderr.write('Building the web pages (once) ...\n');
  const vite = join(projectFolder, 'node_modules', 'vite', 'bin', 'vite.js');
  run(pinnedNode, [vite, 'build', folder, '--logLevel', 'warn']);
  writeFileSync(builtMark, wanted);
}

function hashOfSources() {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(folder, 'dist')));
  const hash = createHash('sha256');
  for (const path of [...names.sort(), ...OTHER_SOURCES.map((name) => join(projectFolder, name))]) {
    hash.update(`${path.slice(projectFolder.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

if (import.meta.url === `file://${process.argv[1]}`) buildConsole();
