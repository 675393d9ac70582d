import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { follow } from '../../test/support/follow.ts';
import {
  type Handler,
  logPlace,
  numberedEntries,
  numberedEntry,
  openLog,
  serveFolder,
  serveLog,
  temporaryFolder,
} from '../../test/support/ledger.ts';
import { encodeBundle } from './bundle.ts';
import { TILE_WIDTH } from './layout.ts';
import { FolderSource } from './tile-source.ts';

/** What was asked of bundles, and what was answered. */
interface Asked {
  readonly path: string;
  readonly range: string | undefined;
}

/** A log of so many entries, followed from an address whose bundles this handler serves. */
async function setUp(t: TestContext, size: number, bundles: (folder: string) => Handler) {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, size));
  const server = await serveLog(t, place.folder);
  const [others, own] = [serveFolder(place.folder), bundles(place.folder)];
  const asked: Asked[] = [];
  server.handler = (path, request, response) => {
    if (!path.startsWith('tile/entries/')) return others(path, request, response);
    asked.push({ path, range: request.headers.range });
    own(path, request, response);
  };
  const options = { folder: join(base, 'mirror'), logKey: place.signingKey.logKey, url: server.url };
  const followed = await follow(t, options);
  await followed.untilCurrent(size);
  asked.length = 0;
  return { log, followed, asked };
}

/** As a web server answers that knows ranges (RFC 9110 clause 15.3.7). */
function withRanges(folder: string, edit: (part: Buffer) => Buffer = (part) => part): Handler {
  const source = new FolderSource(folder);
  const answer = async (path: string, asked: string, response: ServerResponse): Promise<void> => {
    const bytes = await source.read(path, 1_000_000);
    const from = Number(/^bytes=([0-9]+)-$/.exec(asked)?.[1] ?? Number.NaN);
    if (bytes === undefined) response.writeHead(404).end();
    else if (Number.isNaN(from)) response.writeHead(200).end(bytes);
    else if (from >= bytes.length) response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    else {
      const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': range }).end(edit(bytes.subarray(from)));
    }
  };
  return (path, request, response) => void answer(path, request.headers.range ?? '', response);
}

test('of the newest bundle only what is new is fetched', async (t) => {
  const { log, followed, asked } = await setUp(t, 100, withRanges);
  const held = encodeBundle(numberedEntries(0, 100)).length;
  await log.append([numberedEntry(100)]);
  await followed.untilCurrent(101);
  assert.deepEqual(asked, [{ path: 'tile/entries/000.p/101', range: `bytes=${held}-` }]);
  assert.deepEqual(followed.entries.at(-1), Buffer.from(numberedEntry(100)));
});

test('also over the end of a bundle, of which the next is fetched whole', async (t) => {
  const { log, followed, asked } = await setUp(t, TILE_WIDTH - 1, withRanges);
  const held = encodeBundle(numberedEntries(0, TILE_WIDTH - 1)).length;
  await log.append(numberedEntries(TILE_WIDTH - 1, TILE_WIDTH + 2));
  await followed.untilCurrent(TILE_WIDTH + 2);
  assert.deepEqual(Object.fromEntries(asked.map(({ path, range }) => [path, range])), {
    'tile/entries/000': `bytes=${held}-`,
    'tile/entries/001.p/2': undefined,
  });
  asked.length = 0;
  await log.append(numberedEntries(TILE_WIDTH + 2, 2 * TILE_WIDTH));
  await followed.untilCurrent(2 * TILE_WIDTH);
  await log.append([numberedEntry(2 * TILE_WIDTH)]);
  await followed.untilCurrent(2 * TILE_WIDTH + 1);
  assert.equal(asked.at(-1)!.range, undefined);
});

test('a server that knows no ranges sends the whole file, and that is as good', async (t) => {
  const { log, followed, asked } = await setUp(t, 100, serveFolder);
  await log.append(numberedEntries(100, 103));
  await followed.untilCurrent(103);
  assert.equal(asked.length, 1);
  assert.deepEqual(
    followed.entries,
    numberedEntries(0, 103).map((entry) => Buffer.from(entry)),
  );
});

for (const [why, edit] of [
  ['octets that are not of the tree', (part: Buffer) => Buffer.from(part).fill(7, 2)],
  ['the range of another place', () => encodeBundle([numberedEntry(7)])],
  ['too few', (part: Buffer) => part.subarray(0, -1)],
  ['nothing', () => Buffer.alloc(0)],
  ['too many entries', (part: Buffer) => Buffer.concat([part, part])],
] as const) {
  test(`a part that is wrong (${why}) is taken for nothing, and the whole file is fetched`, async (t) => {
    const { log, followed, asked } = await setUp(t, 100, (folder) => withRanges(folder, edit));
    await log.append([numberedEntry(100)]);
    await followed.untilCurrent(101);
    assert.deepEqual(followed.entries.at(-1), Buffer.from(numberedEntry(100)));
    assert.ok(asked.some(({ range }) => range !== undefined) && asked.some(({ range }) => range === undefined));
  });
}
