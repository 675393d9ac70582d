import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EvidenceFiles } from '../../src/desks/senders/evidence-files.ts';

const WRITER = fileURLToPath(new URL('evidence-writer.ts', import.meta.url));
const KILLS = 8;
/** Files that are acknowledged before a kill, at most. */
const FILES_MAX = 40;

test(`${KILLS} kills in the middle of uploads leave no file half, and lose none that was acknowledged`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-evidence-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const acknowledged = new Set<string>();
  let cut = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    for (const sha256 of await liveAndDie(folder)) acknowledged.add(sha256);
    cut += readdirSync(folder).filter((name) => name.endsWith('.unfinished')).length;
    await EvidenceFiles.open(folder);
    for (const name of readdirSync(folder)) {
      assert.equal(
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
        name,
      );
    }
  }
  const names = new Set(readdirSync(folder));
  assert.deepEqual(
    [...acknowledged].filter((sha256) => !names.has(sha256)),
    [],
  );
  t.diagnostic(`${acknowledged.size} acknowledged, ${names.size} kept, ${cut} cut in the middle and taken away`);
  assert(acknowledged.size > 0);
  assert(cut > 0);
});

/** @returns the hashes that the process said were kept before it was killed */
async function liveAndDie(folder: string): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const wanted = randomInt(1, FILES_MAX);
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'begin') said.push(line);
    if (said.length >= wanted) child.kill('SIGKILL');
  }
  await ended;
  return said;
}
