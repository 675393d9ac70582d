#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPackages, pinnedNode } from '../scripts/install.mjs';

installPackages();
// The caller's folder stays the working folder: paths on the command line are the caller's.
const child = spawn(pinnedNode, [fileURLToPath(new URL('../src/main.ts', import.meta.url)), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
