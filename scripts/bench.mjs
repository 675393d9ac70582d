import { installPackages } from './install.mjs';
import { runPinned } from './pinned.mjs';

installPackages();
runPinned('bench/main.ts', process.argv.slice(2));
