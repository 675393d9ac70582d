import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { IMPORT_SIZE_MAX } from '../desks/devices/import-file.ts';
import { JSON_SIZE_MAX } from './limits.ts';
import { PortalError } from './portal-fault.ts';

/** Reads bodies as they are: JSON only where it is UTF-8, and a file's octets untouched. Each leaves its hash. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_MAX },
    (request, body, done) => {
      request.bodyHash = hashOf(body);
      if (!isUtf8(body)) return done(new PortalError({ code: 'REQUEST_NOT_UTF8' }));
      if (body.length === 0) return done(new PortalError({ code: 'REQUEST_NOT_JSON' }));
      // The parser's own error would repeat a part of the body.
      void parseJson(request, body.toString('utf8'), (error, value) =>
        error === null ? done(null, value) : done(new PortalError({ code: 'REQUEST_NOT_JSON' })),
      );
    },
  );
  app.addContentTypeParser<Buffer>(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: IMPORT_SIZE_MAX },
    (request, body, done) => {
      request.bodyHash = hashOf(body);
      done(null, body);
    },
  );
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
