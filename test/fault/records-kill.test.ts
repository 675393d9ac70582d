import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { searchRecords } from '../../src/records/archive/searching.ts';
import { ARCHIVE_NOW_MS, archivesUnderTest, attachEvent, ATTACHES_HEADER, attachLine } from '../support/archive.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const ROWS = 60_000;
const DAYS = 30;
const ATTEMPTS_MAX = 20;
const archives = archivesUnderTest();

describe('an import that is killed', () => {
  it('while it puts days in their places: nothing of it is read, and the next one brings all', async () => {
    const root = archives.path();
    const config = archives.path();
    const archive = { folder: root };
    const node = { member: 'hanbit', api: { port: 0 }, records: { archive } };
    writeFileSync(config, JSON.stringify(node));
    const mapping = archives.path();
    const names = ATTACHES_HEADER.split(',').map((name) => [name, name]);
    writeFileSync(mapping, JSON.stringify({ fields: Object.fromEntries(names) }));
    const lines = Array.from({ length: ROWS }, (_, at) => {
      const atMs = ARCHIVE_NOW_MS - Math.floor((at * DAYS * 86_400_000) / ROWS) - 1;
      return attachLine(attachEvent({ atMs, imsi: `00101${at.toString().padStart(10, '0')}` }));
    });
    const file = archives.write([ATTACHES_HEADER, ...lines, ''].join('\n'));
    const words = ['records', 'import', 'attaches', file, '--config', config, '--mapping', mapping];
    let [signal, told] = ['', ''];
    // One that is done before it is killed has shown nothing.
    for (let attempt = 0; attempt < ATTEMPTS_MAX && signal !== 'SIGKILL'; attempt++) {
      await rm(root, { recursive: true, force: true });
      const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
      told = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        told += text;
        if (told.includes('writing')) child.kill('SIGKILL');
      });
      [, signal] = (await once(child, 'exit')) as [number, string];
    }
    assert.equal(signal, 'SIGKILL', told);
    const opened = await archives.open(join(root));
    const search = { kind: 'attaches', limit: 10 } as const;
    assert.deepEqual((await searchRecords(opened, search)).rows, []);
    const again = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
    let answer = '';
    again.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text));
    await once(again, 'close');
    assert.match(answer, new RegExp(`Imported ${ROWS} of ${ROWS} rows into ${DAYS} files`));
    assert.equal((await searchRecords(opened, search)).rows.length, 10);
  });
});
