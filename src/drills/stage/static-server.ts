import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { CHECKPOINT_PATH, parseTilePath, WITNESSED_PATH } from '../../ledger/layout.ts';

/** Any web server that has copies of logs: it knows files, and nothing of what they mean. */
export class StaticServer {
  readonly #server: Server;

  private constructor(folders: Readonly<Record<string, string>>) {
    this.#server = createServer((request, response) => {
      const file = fileOf(request.url ?? '', folders);
      const octets = file === undefined ? Promise.reject(new Error('no such file')) : readFile(file);
      octets.then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
  }

  /** @param folders of logs, by the path that each is served under, such as `mirrors/hanbit` */
  static async open(folders: Readonly<Record<string, string>>): Promise<StaticServer> {
    const opened = new StaticServer(folders);
    opened.#server.listen(0, '127.0.0.1');
    await once(opened.#server, 'listening');
    return opened;
  }

  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function fileOf(url: string, folders: Readonly<Record<string, string>>): string | undefined {
  const base = Object.keys(folders).find((place) => url.startsWith(`/${place}/`));
  if (base === undefined) return undefined;
  const path = url.slice(base.length + 2);
  const isFile = path === CHECKPOINT_PATH || path === WITNESSED_PATH || !(parseTilePath(path) instanceof Fault);
  return isFile ? join(folders[base]!, path) : undefined;
}
