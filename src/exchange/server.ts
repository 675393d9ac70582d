import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import SftpClient from 'ssh2-sftp-client';
import type { SftpConfig } from './config.ts';
import { ExchangeError } from './exchange-fault.ts';

/** Files of one folder that are looked at. */
export const REMOTE_FILES_MAX = 10_000;
/** What is being written, here and by what others use. */
const UNFINISHED = /\.(part|filepart|tmp|partial|uploading)$/i;
export const PART_SUFFIX = '.part';
const CONNECT_MS_MAX = 20_000;
const KEEP_ALIVE_MISSED_MAX = 3;

/** A file on a register's server. */
export interface RemoteFile {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** How to sign in, read from the files that the configuration names. */
export interface Secrets {
  readonly privateKey?: Buffer;
  readonly password?: string;
}

/** @throws ExchangeError EXCHANGE_SECRET_UNREADABLE */
export async function readSecrets(register: string, { privateKeyFile, passwordFile }: SftpConfig): Promise<Secrets> {
  const read = async (file: string, field: string): Promise<Buffer> => {
    try {
      return await readFile(file);
    } catch (cause) {
      throw new ExchangeError({ code: 'EXCHANGE_SECRET_UNREADABLE', register, field }, { cause });
    }
  };
  if (privateKeyFile !== undefined) return { privateKey: await read(privateKeyFile, 'privateKeyFile') };
  if (passwordFile === undefined) {
    throw new ExchangeError({ code: 'EXCHANGE_SECRET_UNREADABLE', register, field: 'privateKeyFile or passwordFile' });
  }
  return { password: (await read(passwordFile, 'passwordFile')).toString('utf8').replace(/\r?\n$/, '') };
}

/** One connection to a register's server, whose key is the one that the configuration pins. */
export class RegisterServer {
  readonly #client: SftpClient;
  readonly #stallMsMax: number;

  private constructor(client: SftpClient, stallMsMax: number) {
    this.#client = client;
    this.#stallMsMax = stallMsMax;
  }

  /** @throws ExchangeError EXCHANGE_HOST_KEY_WRONG, EXCHANGE_SIGN_IN_REFUSED; any error where nobody answers */
  static async connect(register: string, config: SftpConfig, secrets: Secrets): Promise<RegisterServer> {
    const { host, port, user, hostKey, stallMsMax } = config;
    const ignore = (): void => undefined;
    const client = new SftpClient('bongsu', { error: ignore, end: ignore, close: ignore });
    let isOther = false;
    try {
      await client.connect({
        host,
        port,
        username: user,
        ...secrets,
        readyTimeout: CONNECT_MS_MAX,
        keepaliveInterval: Math.max(100, Math.floor(stallMsMax / KEEP_ALIVE_MISSED_MAX)),
        keepaliveCountMax: KEEP_ALIVE_MISSED_MAX,
        hostVerifier: (key: Buffer) => {
          isOther = fingerprint(key) !== hostKey;
          return !isOther;
        },
      });
    } catch (cause) {
      if (isOther) throw new ExchangeError({ code: 'EXCHANGE_HOST_KEY_WRONG', register }, { cause });
      if (/All configured authentication methods failed/.test(String(cause))) {
        throw new ExchangeError({ code: 'EXCHANGE_SIGN_IN_REFUSED', register }, { cause });
      }
      throw cause;
    }
    return new RegisterServer(client, stallMsMax);
  }

  /** Whole files of a folder, by name; what others are still writing is left out, as far as its name says so. */
  async list(folder: string): Promise<RemoteFile[]> {
    const entries = await this.#inTime(() => this.#client.list(folder));
    return entries
      .filter(({ type, name }) => type === '-' && !UNFINISHED.test(name) && !name.startsWith('.'))
      .map(({ name, size, modifyTime }) => ({ name, size, modifiedMs: modifyTime }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, REMOTE_FILES_MAX);
  }

  /** Fetches a file to a place on disk. It is whole when this resolves, and as it was when it was looked at. */
  async fetch(folder: string, { name, size, modifiedMs }: RemoteFile, part: string): Promise<void> {
    const remote = posix.join(folder, name);
    await this.#inTime((moved) => this.#client.fastGet(remote, part, { step: moved }));
    const now = await this.#inTime(() => this.#client.stat(remote));
    const isWhole = (await stat(part)).size === size && now.size === size && now.modifyTime === modifiedMs;
    if (!isWhole) throw new Error('the file changed while it was fetched');
  }

  /** Delivers a file: under a name that nobody reads, then by one rename under its own. */
  async deliver(path: string, folder: string, name: string): Promise<void> {
    const { size } = await stat(path);
    const final = posix.join(folder, name);
    const part = final + PART_SUFFIX;
    await this.#inTime((moved) => this.#client.fastPut(path, part, { step: moved }));
    const there = await this.#inTime(() => this.#client.stat(part));
    if (there.size !== size) throw new Error('the file did not arrive whole');
    await this.#inTime(() => this.#client.posixRename(part, final));
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  /** A server that answers and delivers nothing is given up as one that does not answer. */
  async #inTime<T>(work: (moved: () => void) => Promise<T>): Promise<T> {
    const stalled = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      void this.close();
      stalled.reject(new Error('nothing came for too long'));
    }, this.#stallMsMax);
    try {
      return await Promise.race([work(() => timer.refresh()), stalled.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Whether the server answered, and will not: a status of SFTP, or a path at which it shows no file. */
export function isRefusal(cause: unknown): boolean {
  const { code } = cause as { code?: unknown };
  return typeof code === 'number' || code === 'ERR_BAD_PATH';
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
