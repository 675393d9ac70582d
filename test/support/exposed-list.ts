import { silentLog } from '../../src/base/log.ts';
import { openStore } from '../../src/store/store.ts';
import { linesOf } from './incidents-data.ts';

/** The list that `exposeLines` leaves. */
export const LIST = 'E-2026-000001';
const LIST_ID = 2_026_000_000_001;

/**
 * Leaves a list of exposed lines in a node's store, as the cells' desk does.
 * @param versions how many lines each has: those of `linesOf`, from the first on
 */
export async function exposeLines(file: string, versions: readonly number[]): Promise<void> {
  const store = await openStore({ member: 'hanbit', place: { file } }, { log: silentLog });
  await store.write(async ({ exposedLists }) => {
    await exposedLists.open({ id: LIST_ID, title: 'Illegal cells', createdMs: 1, createdBy: 'chief' });
    for (const [place, count] of versions.entries()) {
      const version = { listId: LIST_ID, version: place + 1 };
      const made = { madeMs: 1, madeBy: 'chief', windows: '[]', items: '["imsi"]' };
      const changes = { added: 0, grown: 0, narrowed: 0, dropped: 0 };
      const lines = linesOf(0, count).map(({ items, ...line }) => ({
        ...version,
        ...line,
        imeis: '[]',
        cells: '[]',
        items: JSON.stringify(items),
        change: 'added',
        droppedReason: null,
      }));
      const row = { ...version, ...made, ...changes, lines: count, sha256: '', size: 0, statementId: '' };
      await exposedLists.add(row, lines);
    }
  });
  await store.close();
}
