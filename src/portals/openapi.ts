import { tmpdir } from 'node:os';
import type { DeviceDesk } from '../desks/devices/desk.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { Store } from '../store/store.ts';
import { createMemberApi } from './member-api.ts';

export const OPENAPI_FILE = new URL('../../api/openapi.json', import.meta.url);

/** The description of the API as its routes give it, the same on every node but for the member's name. */
export async function openApiText(): Promise<string> {
  const unused = (): never => {
    throw new Error('a description asks nothing');
  };
  const app = await createMemberApi(
    { member: '{member}', gates: [], logFolder: tmpdir(), mirrorsFolder: tmpdir() },
    {
      desk: {} as DeviceDesk,
      store: {} as Store,
      clock: systemClock,
      log: silentLog,
      explain: unused,
      readEntry: unused,
      readRefusals: unused,
      members: unused,
      subscribe: () => () => undefined,
      health: unused,
      metrics: unused,
    },
  );
  const text = `${JSON.stringify(app.swagger(), undefined, 2)}\n`;
  await app.close();
  return text;
}
