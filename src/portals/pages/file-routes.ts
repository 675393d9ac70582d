import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from '../limits.ts';
import { PortalError } from '../portal-fault.ts';

/** Nothing from elsewhere, no script or style inside a page, no page inside another's. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)',
};

/** Every address that opens the pages. The program in the page shows what belongs there; elsewhere there is nothing. */
const PAGES = ['/', '/phone', '/report', '/firm', '/firm/:code', '/line', '/help', '/console', '/console/*'] as const;

/** What Vite names a file. A path that leads elsewhere is none. */
const ASSET = /^[A-Za-z0-9_-]+\.(js|css)$/;

/** The built pages of `folder`: one document, and files whose names change with their content. */
export function fileRoutes(folder: string): FastifyPluginAsync {
  return async (app) => {
    await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
    app.addHook('onSend', async (_request, reply) => void reply.headers(HEADERS));
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };
    const schema = { hide: true };

    for (const url of PAGES) {
      app.get(url, { config, schema, handler: (_request, reply) => sendDocument(reply, folder) });
    }
    app.get<{ Params: { name: string } }>('/assets/:name', {
      config,
      schema,
      // The names hold a hash of the content: what has one never changes.
      handler: (request, reply) => {
        const { name } = request.params;
        if (!ASSET.test(name)) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return reply.sendFile(`assets/${name}`, folder, { cacheControl: true, maxAge: '1y', immutable: true });
      },
    });
    app.get('/beacon.svg', { config, schema, handler: (_request, reply) => reply.sendFile('beacon.svg', folder) });
  };
}

function sendDocument(reply: FastifyReply, folder: string): FastifyReply {
  return reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false });
}
