import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDurably } from '../base/durable.ts';
import { feedRoutes } from '../portals/pages/feed-routes.ts';
import { closeOldRequests } from '../portals/pages/phone-request-deadline.ts';
import { fileRoutes } from '../portals/pages/file-routes.ts';
import { siteRoutes } from '../portals/pages/site-routes.ts';
import { RecordTail } from '../records/record-tail.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** Where `scripts/console.mjs` puts the built pages. */
const BUILT_FOLDER = fileURLToPath(new URL('../../console/dist', import.meta.url));
const SECRET_SIZE = 32;
/** How often requests are looked at that may have waited too long. */
const REQUESTS_LOOK_MS = 60 * 60 * 1_000;
const PRIVATE_FILE = 0o600;

/** The web pages, people's sessions, and the live feed. Without built pages the rest works and the log says so. */
export async function startPages(parts: NodeParts): Promise<NodeSystem> {
  const { surroundings, store, decisions } = parts;
  const { config, folder, self, clock, log } = surroundings;
  keepRequestDeadline(parts);
  const { enabled, contactLine, origin, oidc, secondFactor } = config.pages;
  if (!enabled) return {};
  // The sign-in library is a large part of what a node loads, and only pages need it.
  const { Sessions } = await import('../portals/sessions/sessions.ts');
  const { sessionRoutes } = await import('../portals/sessions/session-routes.ts');
  const sessions = new Sessions(
    {
      member: self.name,
      secondFactor,
      secret: await ensureSecret(folder.signInKey),
      ...(origin !== undefined && { origin }),
      ...(oidc !== undefined && {
        provider: { ...oidc, clientSecret: (await readFile(oidc.clientSecretFile, 'utf8')).trim() },
      }),
    },
    { store, clock },
  );
  const tail = new RecordTail(folder.records);
  const isBuilt = existsSync(join(BUILT_FOLDER, 'index.html'));
  if (!isBuilt) log.warn({ code: 'PAGES_NOT_BUILT' }, 'the web pages are not built: run scripts/console.mjs');
  const site = { member: self.name, contactLine, ...(oidc && { provider: { id: oidc.id, name: oidc.name } }) };
  return {
    sessions,
    routes: [
      feedRoutes({
        decisions,
        clock,
        log,
        look: (nowMs) => tail.look(nowMs),
        latest: (nowMs) => new RecordTail(folder.records).look(nowMs),
      }),
    ],
    publicRoutes: [siteRoutes(site), sessionRoutes(sessions), ...(isBuilt ? [fileRoutes(BUILT_FOLDER)] : [])],
  };
}

/** What people asked for is closed and erased in its time, also where the node was down when it came. */
function keepRequestDeadline({ surroundings, decisions }: NodeParts): void {
  const { config, log, stops } = surroundings;
  const keptDays = config.pages.phoneRequestDays;
  let closing: Promise<unknown> = Promise.resolve();
  const close = (): void => {
    closing = closing
      .then(() => closeOldRequests({ keptDays }, decisions))
      .catch((error: unknown) => {
        log.error({ reason: error instanceof Error ? error.name : '-' }, 'no old request was erased');
      });
  };
  const timer = setInterval(close, REQUESTS_LOOK_MS);
  stops.add(timer, async () => {
    clearInterval(timer);
    await closing;
  });
  close();
}

/** Signs the sessions' cookies. A node that has lost it asks everybody to sign in again, and to set up their apps anew. */
async function ensureSecret(file: string): Promise<string> {
  if (!existsSync(file)) await writeDurably(file, `${randomBytes(SECRET_SIZE).toString('base64')}\n`, PRIVATE_FILE);
  return (await readFile(file, 'utf8')).trim();
}
