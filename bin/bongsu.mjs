#!/usr/bin/env node
import { installPackages } from '../scripts/install.mjs';
import { runPinned } from '../scripts/pinned.mjs';

installPackages();
runPinned('src/main.ts', process.argv.slice(2), { cwd: process.cwd() });
