import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fingerprint } from '../../src/exchange/server.ts';
import { freePort } from '../../src/demo/ports.ts';

const START_MS_MAX = 10_000;
/** Where sshd asks for a folder of its own when it is started by root. */
const PRIVILEGE_SEPARATION = '/run/sshd';

/** A real OpenSSH server on a loopback port, with a key of its own and a folder for files. */
export interface TemporarySshd {
  readonly port: number;
  readonly user: string;
  readonly hostKey: string;
  readonly privateKeyFile: string;
  /** A key that it does not know. */
  readonly strangeKeyFile: string;
  /** The server's files. */
  readonly root: string;
  stop(): Promise<void>;
}

export async function startSshd(): Promise<TemporarySshd> {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-sshd-'));
  const root = join(folder, 'files');
  for (const name of ['out', 'in', 'responses', 'answers']) mkdirSync(join(root, name), { recursive: true });
  const [hostKey, userKey, strangeKey] = ['host', 'user', 'strange'].map((name) => newKey(join(folder, name)));
  writeFileSync(join(folder, 'authorized'), readFileSync(`${userKey}.pub`));
  if (process.getuid?.() === 0) mkdirSync(PRIVILEGE_SEPARATION, { recursive: true });
  const port = await freePort();
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilListening(port);
  return {
    port,
    user: userInfo().username,
    hostKey: fingerprint(Buffer.from(readFileSync(`${hostKey}.pub`, 'utf8').split(' ')[1]!, 'base64')),
    privateKeyFile: userKey!,
    strangeKeyFile: strangeKey!,
    root,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newKey(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return file;
}

async function untilListening(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_MS_MAX; waitedMs += 50) {
    if (await answers(port)) return;
    await wait(50);
  }
  throw new Error('sshd did not begin to listen');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A wire between a client and a server that can be cut after so many octets in one direction. */
export class CuttableWire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Octets after which each of the next connections is cut, and in which direction. */
  readonly cuts: { towards: 'client' | 'server'; octets: number }[] = [];
  connections = 0;
  readonly #waiting: { readonly connections: number; readonly resolve: () => void }[] = [];

  private constructor(target: number) {
    this.#server = createServer((client) => {
      this.connections++;
      for (const { connections, resolve } of this.#waiting) if (this.connections >= connections) resolve();
      const server = connect({ port: target, host: '127.0.0.1' });
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => this.#sockets.delete(socket));
      }
      const cut = this.cuts.shift();
      forward(server, client, cut?.towards === 'client' ? cut.octets : undefined);
      forward(client, server, cut?.towards === 'server' ? cut.octets : undefined);
    });
  }

  static async open(target: number): Promise<CuttableWire> {
    const wire = new CuttableWire(target);
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  /** Waits for the connection of this number, from 1. */
  async connected(connections: number): Promise<void> {
    if (this.connections >= connections) return;
    await new Promise<void>((resolve) => this.#waiting.push({ connections, resolve }));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function forward(from: Socket, to: Socket, octetsMax = Number.POSITIVE_INFINITY): void {
  let octets = 0;
  from.on('data', (chunk: Buffer) => {
    octets += chunk.length;
    if (octets <= octetsMax) {
      to.write(chunk);
      return;
    }
    from.destroy();
    to.destroy();
  });
  from.on('close', () => to.destroy());
}
