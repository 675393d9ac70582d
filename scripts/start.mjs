import { installPackages } from './install.mjs';
import { runPinned } from './pinned.mjs';

installPackages();
runPinned('src/main.ts', ['demo', ...process.argv.slice(2)]);
