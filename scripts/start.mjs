import { buildConsole } from './console.mjs';
import { installPackages } from './install.mjs';
import { runPinned } from './pinned.mjs';

installPackages();
buildConsole();
runPinned('src/main.ts', ['demo', ...process.argv.slice(2)]);
