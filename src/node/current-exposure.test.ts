import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { silentLog as log } from '../base/log.ts';
import { openStore } from '../store/store.ts';
import { StoreError } from '../store/store-fault.ts';
import { exposeLines, LIST } from '../../test/support/exposed-list.ts';
import { CurrentExposure, EXPOSURE_LOOK_MS } from './current-exposure.ts';

it('takes a new exposed list also where the desk’s word of it was lost, or the store was away then', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-exposure-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'store.sqlite');
  const store = await openStore({ member: 'hanbit', place: { file } }, { log });
  const lists = await CurrentExposure.load(store, { log });
  let told = 0;
  lists.onExposedList(() => told++);
  await exposeLines(file, [1, 3]);

  const away = t.mock.method(store, 'read', () => Promise.reject(new StoreError({ code: 'STORE_UNAVAILABLE' })));
  await lists.refresh();
  assert.equal(lists.currentLines().length, 0);
  away.mock.restore();

  const taken = new Promise<void>((resolve) => lists.onExposedList(resolve));
  t.mock.timers.tick(EXPOSURE_LOOK_MS);
  await taken;
  assert.deepEqual(
    lists.currentLines().map(({ list }) => list),
    [LIST, LIST, LIST],
  );
  await lists.refresh();
  assert.equal(told, 1, 'what is in memory is not read again');
  await lists.close();
  await store.close();
});
