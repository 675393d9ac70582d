import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Handler, serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { Fault } from '../base/fault.ts';
import { FolderSource, openSource, type TileSource, UrlSource } from './tile-source.ts';

const PATH = 'tile/0/000';
const CONTENT = Buffer.from('thirty-two octets, or so it says');

describe('a log’s folder', () => {
  it('gives its files and says what is missing', async (test) => {
    const folder = await folderWithFile(test);
    const source = openSource(folder);
    assert.ok(source instanceof FolderSource);
    assert.deepEqual(await source.read(PATH, CONTENT.length), CONTENT);
    assert.equal(await source.read('tile/0/001', 100), undefined);
    assert.equal(await source.read(`${PATH}/000`, 100), undefined, 'a file where a folder would have to be');
    assert.equal(await new FolderSource(join(folder, 'nowhere')).read(PATH, 100), undefined);
  });

  it('refuses a file that is one octet too large', async (test) => {
    const source = new FolderSource(await folderWithFile(test));
    await assert.rejects(source.read(PATH, CONTENT.length - 1), isFault('SOURCE_TOO_LARGE'));
  });

  it('refuses a folder or a loop in the place of a file', async (test) => {
    const folder = await folderWithFile(test);
    await symlink('loop', join(folder, 'loop'));
    await assert.rejects(new FolderSource(folder).read('tile', 100_000), isFault('SOURCE_UNREADABLE'));
    await assert.rejects(new FolderSource(folder).read('loop', 100), isFault('SOURCE_UNREADABLE'));
  });
});

describe('a log’s web server', () => {
  it('gives its files and says what is missing, with or without a slash at the end', async (test) => {
    const folder = await folderWithFile(test);
    const { url } = await serveLog(test, folder);
    for (const base of [url, `${url}/`]) {
      const source = openSource(base);
      assert.ok(source instanceof UrlSource);
      assert.deepEqual(await source.read(PATH, CONTENT.length), CONTENT);
      assert.equal(await source.read('tile/0/001', 100), undefined);
    }
  });

  it('may compress, and cannot make more of it than is asked for', async (test) => {
    const source = await served(test, (_path, _request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(10_000_000)));
    });
    assert.equal((await source.read(PATH, 10_000_000))?.length, 10_000_000);
    await assert.rejects(source.read(PATH, 9_999_999), isFault('SOURCE_TOO_LARGE'));
  });

  it('that sends without an end is cut off at the limit', async (test) => {
    const source = await served(test, (_path, _request, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', send);
      send();
    });
    await assert.rejects(source.read(PATH, 1_000_000), isFault('SOURCE_TOO_LARGE'));
  });

  for (const [why, handler, code] of [
    ['fails', (_, __, response) => void response.writeHead(500).end(), 'SOURCE_STATUS'],
    ['refuses', (_, __, response) => void response.writeHead(403).end(), 'SOURCE_STATUS'],
    ['sends a part', (_, __, response) => void response.writeHead(206).end('x'), 'SOURCE_STATUS'],
    ['redirects', (_, __, response) => void response.writeHead(302, { location: '/x' }).end(), 'SOURCE_UNREADABLE'],
    ['hangs up', (_, __, response) => void response.destroy(), 'SOURCE_UNREADABLE'],
    ['hangs up half-way', breakOff, 'SOURCE_UNREADABLE'],
    ['never answers', () => {}, 'SOURCE_TIMEOUT'],
    ['begins and never ends', (_, __, response) => void response.write('x'), 'SOURCE_TIMEOUT'],
  ] as [string, Handler, string][]) {
    it(`that ${why} is a fault`, async (test) => {
      const source = await served(test, handler, 200);
      await assert.rejects(source.read(PATH, 100), isFault(code));
    });
  }

  it('that is not there is a fault', async (test) => {
    const { url } = await serveLog(test, '.');
    const port = Number(new URL(url).port);
    // A port that was just free on another loopback address: nobody listens there.
    await assert.rejects(new UrlSource(`http://127.0.0.2:${port}`).read(PATH, 100), isFault('SOURCE_UNREADABLE'));
  });
});

function breakOff(...[, , response]: Parameters<Handler>): void {
  response.writeHead(200, { 'content-length': '50' });
  response.write('half', () => response.destroy());
}

async function folderWithFile(test: TestContext): Promise<string> {
  const folder = temporaryFolder(test);
  await mkdir(join(folder, 'tile/0'), { recursive: true });
  await writeFile(join(folder, PATH), CONTENT);
  return folder;
}

async function served(test: TestContext, handler: Handler, timeoutMs = 10_000): Promise<TileSource> {
  const server = await serveLog(test, '.');
  server.handler = handler;
  return new UrlSource(server.url, { timeoutMs });
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}
