import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

/** A web server that gives anybody the files of its folder, and takes files by PUT from the bearer of its token. */
export interface RunningStore {
  readonly url: string;
  readonly puts: readonly string[];
  /** What was asked for and is not there. */
  readonly misses: readonly string[];
  close(): void;
}

/** A small WebDAV: a file is put into a folder that MKCOL has made. Without a token nobody puts anything. */
export async function startStaticStore(root: string, token?: string): Promise<RunningStore> {
  const puts: string[] = [];
  const misses: string[] = [];
  mkdirSync(root, { recursive: true });
  const change = (method: string, path: string, bytes: Buffer): number => {
    const file = join(root, path);
    if (method === 'MKCOL') {
      if (existsSync(file)) return 405;
      mkdirSync(file);
      return 201;
    }
    if (method !== 'PUT') return 405;
    if (!existsSync(dirname(file))) return 409;
    writeFileSync(file, bytes);
    puts.push(path);
    return 201;
  };
  const server: Server = createServer((call, answer) => {
    const { pathname } = new URL(call.url!, 'http://127.0.0.1');
    if (call.method === 'GET') {
      const file = join(root, pathname);
      if (existsSync(file) && statSync(file).isFile()) return void answer.end(readFileSync(file));
      misses.push(pathname);
      return void answer.writeHead(404).end();
    }
    const chunks: Buffer[] = [];
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    call.on('end', () => {
      const isAllowed = token !== undefined && call.headers.authorization === `Bearer ${token}`;
      answer.writeHead(isAllowed ? change(call.method!, pathname, Buffer.concat(chunks)) : 401).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    puts,
    misses,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
