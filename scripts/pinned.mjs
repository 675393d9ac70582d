// Starts a TypeScript file on the pinned Node and passes on its end.
import { spawn } from 'node:child_process';
import { pinnedNode, projectFolder } from './install.mjs';

export function runPinned(file, args) {
  const child = spawn(pinnedNode, [file, ...args], { cwd: projectFolder, stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides when it is done.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
