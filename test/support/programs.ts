import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Debian packages that bring the programs which tests call. */
const PACKAGE_OF = {
  freeDiameterd: 'freediameterd freediameter-extensions',
  tshark: 'tshark',
  text2pcap: 'tshark',
  openssl: 'openssl',
  curl: 'curl',
  nghttp: 'nghttp2-client',
  h2load: 'nghttp2-client',
  ip: 'iproute2',
  unshare: 'util-linux',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  bearerbox: 'kannel',
  smsbox: 'kannel',
  faketime: 'faketime',
} as const;
export type Program = keyof typeof PACKAGE_OF;

/** Why tests with these programs are skipped here, or false. Under CI nothing is skipped: absence is a failure. */
export function programSkipReason(...programs: readonly Program[]): string | false {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0) return false;
  const packages = [...new Set(missing.map((program) => PACKAGE_OF[program]))].join(' ');
  const reason = `${missing.join(', ')} not installed (Debian: apt-get install ${packages})`;
  assert(process.env['CI'] !== 'true', reason);
  return reason;
}

function isOnPath(program: string): boolean {
  // Debian keeps daemons where a plain user's path does not look.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
