import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Fault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { encodeEntry } from '../../src/ledger/entry.ts';
import { generateLogKey, type SigningKey } from '../../src/ledger/note-key.ts';
import { Sequencer } from '../../src/ledger/sequencer.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';

const cleanings = new WeakMap<TestContext, (() => void | Promise<void>)[]>();

/** Does this when the test is over, last come first: a log is closed before its folder goes. */
export function whenOver(t: TestContext, clean: () => void | Promise<void>): void {
  const registered = cleanings.get(t);
  if (registered !== undefined) {
    registered.push(clean);
    return;
  }
  const stack = [clean];
  cleanings.set(t, stack);
  t.after(async () => {
    for (const step of stack.toReversed()) await step();
  });
}

/** A folder that goes away with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-ledger-'));
  whenOver(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A small entry that differs by number, as a member writes it. */
export function numberedEntry(number: number, size = 0): Uint8Array {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(number);
  const body = { number, filler: 'x'.repeat(size) };
  return encodeEntry({ kind: 'test.numbered', version: 1, issuer: 'hanbit', timeMs: 1_700_000_000_000, id, body });
}

export function numberedEntries(from: number, to: number): Uint8Array[] {
  return Array.from({ length: to - from }, (_, place) => numberedEntry(from + place));
}

/** Where one log of a test lives. */
export interface LogPlace {
  readonly folder: string;
  readonly signingFolder: string;
  readonly signingKey: SigningKey;
}

export function logPlace(base: string, signingKey = generateLogKey('log.hanbit.example/shared')): LogPlace {
  return { folder: join(base, 'log'), signingFolder: join(base, 'signing'), signingKey };
}

export async function openLog(t: TestContext, place: LogPlace): Promise<Sequencer> {
  const sequencer = await Sequencer.open(place, { log: silentLog });
  whenOver(t, () => sequencer.close());
  return sequencer;
}

export type Handler = (path: string, request: IncomingMessage, response: ServerResponse) => void;

export interface ServedLog {
  url: string;
  /** May be exchanged at any time. */
  handler: Handler;
}

/** Serves a log's folder as any static web server does. */
export async function serveLog(t: TestContext, folder: string): Promise<ServedLog> {
  const served = { url: '', handler: serveFolder(folder) };
  const server = createServer((request, response) => served.handler(request.url!.slice(1), request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenOver(t, () => {
    server.closeAllConnections();
    server.close();
  });
  served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return served;
}

export function serveFolder(folder: string): Handler {
  const source = new FolderSource(folder);
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const bytes = await source.read(path, 32 * 1024 * 1024);
    response.statusCode = bytes === undefined ? 404 : 200;
    response.end(bytes);
  };
  return (path, _request, response) => void answer(path, response);
}

/** For `assert.rejects` and `assert.throws`: a fault of this code. */
export function faultCode(code: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal((error as Fault).facts.code, code);
    return true;
  };
}
