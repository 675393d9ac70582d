import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { faultCode, temporaryFolder, whenOver } from '../../test/support/ledger.ts';
import { silentLog } from '../base/log.ts';
import { signCheckpoint } from './checkpoint.ts';
import { Comparisons } from './comparisons.ts';
import { Evidence } from './evidence.ts';
import { Mirror } from './mirror.ts';
import { generateLogKey } from './note-key.ts';

const key = generateLogKey('log.hanbit.example/shared');
/** Octets that a line of a node's own log may have of a proof: its file, its origin, its sizes. */
const LINE_SIZE_MAX = 512;

function proof(): string {
  const notes = [1, 2].map((octet) => {
    return signCheckpoint({ origin: key.name, size: 7, root: Buffer.alloc(32, octet) }, [key]);
  });
  return `bongsu/equivocation@v1\n\n${notes.join('\n')}`;
}

async function setUp(t: TestContext): Promise<{ folder: string; comparisons: Comparisons; lines: string[] }> {
  const folder = temporaryFolder(t);
  const { logKey } = key;
  const mirror = await Mirror.open({ folder, logKey }, { log: silentLog });
  whenOver(t, () => mirror.close());
  const lines: string[] = [];
  const log = {
    ...silentLog,
    error: (facts: object, message: string) => lines.push(JSON.stringify({ facts, message })),
  };
  const evidence = new Evidence(folder);
  return { folder, comparisons: new Comparisons({ evidence, logKey, mirror }, { log, onConvicted() {} }), lines };
}

test('a proof makes one line in the log, which says where it is and has nothing of it', async (t) => {
  const { comparisons, lines } = await setUp(t);
  for (let number = 0; number < 70; number++) {
    const junk = `\u2014 junk ${Buffer.alloc(9_000 + number, number).toString('base64')}\n`;
    await comparisons.take(Buffer.from(proof() + junk));
  }
  assert.equal(lines.length, 1);
  const [line] = lines;
  assert.ok(line!.length < LINE_SIZE_MAX && line!.includes(comparisons.conviction!.name), line);
  assert.ok(!line!.includes('junk') && !line!.includes('bongsu/equivocation'));
});

test('on a full disk the conviction is final all the same, and nobody is told that the proof is kept', async (t) => {
  const { folder, comparisons, lines } = await setUp(t);
  writeFileSync(join(folder, 'evidence'), 'in the way');
  await assert.rejects(comparisons.take(Buffer.from(proof())), faultCode('EQUIVOCATION_NOT_KEPT'));
  assert.equal(comparisons.conviction?.proof, proof());
  assert.ok(lines.every((line) => line.length < LINE_SIZE_MAX));
  rmSync(join(folder, 'evidence'));
  mkdirSync(join(folder, 'evidence'));
  assert.equal(await comparisons.take(Buffer.from(proof())), comparisons.conviction.name);
  assert.equal(new Evidence(folder).against(key.logKey)?.proof, proof());
});
