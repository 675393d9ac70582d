// Plain JavaScript: this runs on whatever Node the machine has, before the pinned one is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const installedMark = join(projectFolder, 'node_modules', '.bongsu-installed');
export const pinnedNode = join(projectFolder, 'node_modules', 'node', 'bin', 'node');

/** Installs the npm packages of the lock file, the pinned Node among them, unless they are there already. */
export function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(projectFolder, 'package-lock.json')))
    .digest('hex');
  const installed = existsSync(installedMark) ? readFileSync(installedMark, 'utf8') : '';
  if (installed !== wanted || !existsSync(pinnedNode)) {
    process.stderr.write('Installing packages (once) ...\n');
    // Not `npm ci`: it refuses a lock file without the binaries of other systems, which some registries do not carry.
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(installedMark, wanted);
  }
  refuseOtherNode();
}

/** npm may skip the script that fetches the pinned Node, and then everything would run on another version unseen. */
function refuseOtherNode() {
  const { dependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  const found = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (found === `v${dependencies.node}`) return;
  process.stderr.write(
    `The pinned Node ${dependencies.node} is not installed (found: ${found ?? 'none'}). ` +
      'npm must be allowed to run the install script of the package "node": npm install --no-save --foreground-scripts\n',
  );
  process.exit(1);
}

/** Runs a program to its end with our terminal; exits with its code when it fails. */
export function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd: projectFolder,
    stdio: ['inherit', 2, 2],
    ...options,
  });
  if (error !== undefined) {
    process.stderr.write(`${program}: ${error.message}\n`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}
