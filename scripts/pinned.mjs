// Starts a TypeScript file on the pinned Node and passes on its end.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode, projectFolder } from './install.mjs';

/** Types are stripped and code is compiled once, not at every start of every process. */
const compileCache = join(projectFolder, 'node_modules', '.cache', 'bongsu');

/** @param options.cwd where relative paths of the command line lead from: the project without it */
export function runPinned(file, args, { cwd = projectFolder } = {}) {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const child = spawn(pinnedNode, [join(projectFolder, file), ...args], { cwd, env, stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides when it is done.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
