import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeSigningKey } from '../../src/ledger/note-key.ts';
import { faultCode, logPlace, openLog, temporaryFolder, whenOver } from '../support/ledger.ts';

const WRITER = fileURLToPath(new URL('ledger-writer.ts', import.meta.url));

test('two processes never write one log, and the lock goes with the process that dies', async (t) => {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const keyFile = join(base, 'key');
  await writeSigningKey(keyFile, place.signingKey);
  const options = [WRITER, place.folder, place.signingFolder, keyFile, '0'];

  const mine = await openLog(t, place);
  const refused = spawn(process.execPath, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [message, [code]] = await Promise.all([text(refused.stderr), once(refused, 'exit')]);
  assert.notEqual(code, 0);
  assert.match(message, /FOLDER_IN_USE/);
  await mine.close();

  const other = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  whenOver(t, () => void other.kill('SIGKILL'));
  const said = Promise.withResolvers<void>();
  other.stdout.on('data', (chunk: Buffer) => chunk.includes('appended') && said.resolve());
  await said.promise;
  await assert.rejects(openLog(t, place), faultCode('FOLDER_IN_USE'));
  other.kill('SIGKILL');
  await once(other, 'exit');
  const again = await openLog(t, place);
  assert.ok(again.size > 0);
});
