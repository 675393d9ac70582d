import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../src/demo/ports.ts';

/** A PostgreSQL on loopback. */
export interface TemporaryPostgres {
  /** Where its own databases are administered. */
  readonly url: string;
  /** Makes an empty database. @returns its address */
  createDatabase(): Promise<string>;
  /** Ends every connection to a database, as a restart of the server would. */
  disconnect(databaseUrl: string): Promise<void>;
  /** Throws away the databases made here, and the cluster where it was started for them. */
  stop(this: void): Promise<void>;
}

/** The cluster that a whole run of the tests has in common: making one takes longer than most test files. */
const OF_THE_RUN = 'BONGSU_TEST_POSTGRES';

const START_WAIT_MS_MAX = 30_000;
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const MEMORY_FOLDER = '/dev/shm';
/** A cluster with a test file's databases takes a few hundred MB. */
const MEMORY_NEEDED = 2 ** 30;

/** The folder of PostgreSQL's server programs, the newest where there are several; undefined where there is none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  const newestFirst = versions.map(Number).filter(Number.isInteger);
  newestFirst.sort((one, other) => other - one);
  const folders = [
    ...newestFirst.map((version) => join(DEBIAN_FOLDER, version.toString(), 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))));
}

/** Why tests with PostgreSQL are skipped here, or false. Under CI nothing is skipped: its absence is a failure. */
export function postgresSkipReason(): string | false {
  if (findPostgres() !== undefined) return false;
  const reason = 'PostgreSQL is not installed (Debian: apt-get install postgresql)';
  assert(process.env['CI'] !== 'true', reason);
  return reason;
}

/** The cluster of the run where there is one, or one of our own. */
export async function openPostgres(): Promise<TemporaryPostgres> {
  const shared = process.env[OF_THE_RUN];
  return shared === undefined ? startPostgres() : databasesOf(shared);
}

/** Starts a cluster for all that this process starts. @returns ends it */
export async function sharePostgres(): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres();
  process.env[OF_THE_RUN] = url;
  return stop;
}

/** Makes a cluster and starts it. PostgreSQL refuses to run as root: there it runs as the system user `postgres`. */
async function startPostgres(): Promise<TemporaryPostgres> {
  const programs = findPostgres();
  assert(programs !== undefined, 'look at postgresSkipReason first');
  const user = serverUser();
  const folder = mkdtempSync(join(clustersFolder(), 'bongsu-postgres-'));
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  }
  const data = join(folder, 'data');
  const init = [
    '-D',
    data,
    '-U',
    'desk',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--no-sync',
    '-E',
    'UTF8',
  ];
  await promisify(execFile)(join(programs, 'initdb'), [...init, '--locale=C'], user);
  const port = await freePort();
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings(port, folder)], {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killWithUs = (): void => void server.kill('SIGKILL');
  process.on('exit', killWithUs);
  await waitUntilReady(server);
  return {
    ...databasesOf(`postgres://desk:${password}@127.0.0.1:${port}/postgres`),
    stop: async () => {
      process.off('exit', killWithUs);
      await stopServer(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function databasesOf(url: string): TemporaryPostgres {
  const made: string[] = [];
  return {
    url,
    createDatabase: async () => {
      const name = `desk_${randomBytes(6).toString('hex')}`;
      await administerPostgres(url, `create database ${name}`);
      made.push(name);
      return new URL(name, url).href;
    },
    disconnect: async (databaseUrl) => {
      const name = new URL(databaseUrl).pathname.slice(1);
      await administerPostgres(url, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    },
    stop: async () => {
      for (const name of made) await administerPostgres(url, `drop database ${name} with (force)`);
    },
  };
}

/** In memory where there is room: each database is hundreds of files, which a disk is slow to make. */
function clustersFolder(): string {
  if (!existsSync(MEMORY_FOLDER)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  return bavail * bsize >= MEMORY_NEEDED ? MEMORY_FOLDER : tmpdir();
}

function settings(port: number, folder: string): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port: port.toString(),
    unix_socket_directories: folder,
    fsync: 'off', // a test's cluster need not outlive a power cut
    max_connections: '200',
    shared_buffers: '128MB',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function serverUser(): { uid?: number; gid?: number } {
  if (userInfo().uid !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('postgres:'));
  assert(line !== undefined, 'the system user postgres is missing');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function waitUntilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const tooLate = setTimeout(() => reject(new Error(`PostgreSQL did not start: ${said}`)), START_WAIT_MS_MAX);
    server.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)));
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(tooLate);
      resolve();
    });
  });
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGQUIT');
  await ended;
}

/** Runs one statement over a connection of its own. */
export async function administerPostgres(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
