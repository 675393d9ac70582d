// The programs outside npm that the tests use: real peers, a real database, independent decoders.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './install.mjs';

const PROGRAMS = [
  { program: 'initdb', debian: 'postgresql', brew: 'postgresql@17', use: 'the desk on PostgreSQL' },
  {
    program: 'freeDiameterd',
    debian: 'freediameterd',
    brew: undefined,
    use: 'S13 with a foreign Diameter peer and relay',
  },
  { program: 'ip', debian: 'iproute2', brew: undefined, use: 'a network of its own for that peer' },
  { program: 'unshare', debian: 'util-linux', brew: undefined, use: 'the same' },
  { program: 'tshark', debian: 'tshark', brew: 'wireshark', use: 'an independent decoder of our S13 traffic' },
  { program: 'h2load', debian: 'nghttp2-client', brew: 'nghttp2', use: 'N5g-eir under load and frame by frame' },
  { program: 'nghttpd', debian: 'nghttp2-server', brew: 'nghttp2', use: 'the baseline of the N5g-eir bench' },
  { program: 'curl', debian: 'curl', brew: 'curl', use: 'N5g-eir as an AMF asks' },
  { program: 'bearerbox', debian: 'kannel', brew: undefined, use: 'the message gate with a firm’s SMPP client' },
  { program: 'sshd', debian: 'openssh-server', brew: undefined, use: 'lists over SFTP with a real server' },
  { program: 'ssh-keygen', debian: 'openssh-client', brew: undefined, use: 'keys for that server' },
  { program: 'faketime', debian: 'faketime', brew: undefined, use: 'the drill of clocks that jump' },
  { program: 'openssl', debian: 'openssl', brew: 'openssl', use: 'certificates for the TLS tests' },
  { program: 'go', debian: 'golang-go', brew: 'go', use: 'the outside check of our logs' },
  { program: 'chromium', debian: 'chromium', brew: undefined, use: 'the pages in a real browser' },
];
const EXTENSIONS = { freediameterd: ['freediameter-extensions'], 'golang-go': ['golang-golang-x-mod-dev'] };

/** As root on Debian, installs what is missing; elsewhere names it. Under CI, what is still missing ends the run. */
export function installSystemPrograms() {
  const missing = PROGRAMS.filter(({ program }) => !isInstalled(program));
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    installOnDebian(missing.flatMap(({ debian }) => [debian, ...(EXTENSIONS[debian] ?? [])]));
  }
  const stillMissing = PROGRAMS.filter(({ program }) => !isInstalled(program));
  for (const { program, debian, brew, use } of stillMissing) {
    const ways = [`Debian: apt-get install ${debian}`, brew ? `macOS: brew install ${brew}` : 'macOS: not packaged'];
    process.stderr.write(`missing: ${program} (${use}). ${ways.join('; ')}\n`);
  }
  if (stillMissing.length > 0 && process.env.CI === 'true') process.exit(1);
}

function installOnDebian(packages) {
  process.stderr.write(`Installing ${packages.join(' ')} ...\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...new Set(packages)], { env });
}

function isInstalled(program) {
  return searchPath().some((folder) => existsSync(join(folder, program)));
}

function searchPath() {
  const postgres = '/usr/lib/postgresql';
  const versions = existsSync(postgres) ? readdirSync(postgres).map((version) => join(postgres, version, 'bin')) : [];
  return [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', ...versions];
}
