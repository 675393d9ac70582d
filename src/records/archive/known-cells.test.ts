import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { archivesUnderTest, CELL, CELL_WIDE } from '../../../test/support/archive.ts';
import { silentLog } from '../../base/log.ts';
import type { Archive } from './archive.ts';
import { KnownCells } from './known-cells.ts';
import { parseMapping } from './mapping.ts';

const archives = archivesUnderTest();
const MAPPING = parseMapping({ fields: { cell: 'cell', form: 'form' } }, 'inventory');

async function importInventory(archive: Archive, name: string, cells: readonly string[], asOfMs: number) {
  const file = join(archives.folder, name);
  writeFileSync(file, ['cell,form', ...cells.map((cell) => `${cell},macro`), ''].join('\n'));
  await archive.import({ kind: 'inventory', file, mapping: MAPPING, asOfMs });
}

describe('the cells that gates know', () => {
  it('are unknown without an inventory, and those of the newest one from then on', async (t) => {
    const archive = await archives.open();
    const cells = await KnownCells.open(archive, { log: silentLog });
    t.after(() => cells.close());
    assert.equal(cells.has(CELL), undefined);
    await importInventory(archive, 'first.csv', [CELL], 1_000);
    await cells.refresh();
    assert.deepEqual([cells.has(CELL), cells.has(CELL_WIDE)], [true, false]);
    await importInventory(archive, 'second.csv', [CELL_WIDE], 2_000);
    await cells.refresh();
    assert.deepEqual([cells.has(CELL), cells.has(CELL_WIDE)], [false, true]);
  });
});
