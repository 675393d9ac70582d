import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { CHECKPOINT_PATH, parseTilePath, WITNESSED_PATH } from '../ledger/layout.ts';
import { PROBLEM } from './describe.ts';
import { PortalError } from './portal-fault.ts';

/** How the static files of a log are registered, beside their root. */
export const LOG_FILES = { serve: false, cacheControl: false, etag: false, lastModified: false } as const;
/** In the description of what is served as it lies on the disk. */
export const LOG_FILE = {
  200: {
    description: 'The file',
    content: {
      'application/octet-stream': { schema: Type.Any({ description: 'A tile or an entry bundle' }) },
      'text/plain': { schema: Type.Any({ description: 'The checkpoint, a signed note' }) },
    },
  },
  default: PROBLEM,
};
/** A tile never changes: a log that grows makes another one. One that is not there yet is told to no cache. */
const FOR_EVER = { cacheControl: true, maxAge: '1y', immutable: true } as const;

/**
 * Serves a log's checkpoints and tiles (tlog-tiles), and no other file of the folder: a path is one that the layout would
 * write, or there is nothing.
 */
export async function sendLogFile(reply: FastifyReply, folder: string, path: string): Promise<FastifyReply> {
  if (path === CHECKPOINT_PATH || path === WITNESSED_PATH) return sendNote(reply, join(folder, path));
  if (parseTilePath(path) instanceof Fault) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
  return reply.type('application/octet-stream').sendFile(path, folder, { contentType: false, ...FOR_EVER });
}

/** It is replaced at any moment by one of another length, so it is read whole before its length is told. */
export async function sendNote(reply: FastifyReply, file: string): Promise<FastifyReply> {
  let note: Buffer;
  try {
    note = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new PortalError({ code: 'ROUTE_UNKNOWN' }, { cause });
  }
  return reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(note);
}
