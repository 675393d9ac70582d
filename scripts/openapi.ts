/** `node scripts/openapi.ts` writes api/openapi.json from the routes themselves. A test holds the file to them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import type { Decisions } from '../src/desks/decisions/decision.ts';
import type { DeviceDesk } from '../src/desks/devices/desk.ts';
import { createMemberApi } from '../src/portals/member-api.ts';
import { siteRoutes } from '../src/portals/pages/site-routes.ts';
import { RefusedRequests } from '../src/portals/refused-requests.ts';
import type { Store } from '../src/store/store.ts';
import { unwiredRoutes } from './unwired-routes.ts';

export const OPENAPI_FILE = new URL('../api/openapi.json', import.meta.url);

/** The description of the API as its routes give it, the same on every node but for the member's name. */
export async function openApiText(): Promise<string> {
  const unused = (): never => {
    throw new Error('a description asks nothing');
  };
  const unwired = unwiredRoutes();
  const app = await createMemberApi(
    {
      member: '{member}',
      gates: [],
      logFolder: tmpdir(),
      mirrorsFolder: tmpdir(),
      routes: unwired.routes,
      publicRoutes: [siteRoutes({ member: '', contactLine: '' }), ...unwired.publicRoutes],
    },
    {
      desk: {} as DeviceDesk,
      decisions: {} as Decisions,
      store: {} as Store,
      clock: systemClock,
      log: silentLog,
      explain: unused,
      isReleaseWaiting: unused,
      missingEpoch: unused,
      readEntry: unused,
      readRefusals: unused,
      refused: new RefusedRequests(),
      members: unused,
      subscribe: () => () => undefined,
      standingDigest: unused,
      health: unused,
      metrics: unused,
    },
  );
  const text = `${JSON.stringify(app.swagger(), undefined, 2)}\n`;
  await app.close();
  return text;
}

if (import.meta.main) {
  await mkdir(new URL('.', OPENAPI_FILE), { recursive: true });
  await writeFile(OPENAPI_FILE, await openApiText());
}
