import { buildConsole } from './console.mjs';
import { installPackages } from './install.mjs';
import { runPinned } from './pinned.mjs';
import { installSystemPrograms } from './system-programs.mjs';

installPackages();
installSystemPrograms();
buildConsole();
runPinned('scripts/test.ts', process.argv.slice(2));
