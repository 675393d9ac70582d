import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { CHECKPOINT_PATH, parseTilePath } from '../../ledger/layout.ts';

const BASE = '/log/';

/** Any web server that has a copy of a log: it knows files, and nothing of what they mean. */
export class StaticServer {
  readonly #server: Server;

  private constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '').startsWith(BASE) ? (request.url ?? '').slice(BASE.length) : '';
      const isFile = path === CHECKPOINT_PATH || !(parseTilePath(path) instanceof Fault);
      const octets = isFile ? readFile(join(folder, path)) : Promise.reject(new Error('no such file'));
      octets.then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
  }

  /** @param folder of a log, whose files are served under `/log/` */
  static async open(folder: string): Promise<StaticServer> {
    const opened = new StaticServer(folder);
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
