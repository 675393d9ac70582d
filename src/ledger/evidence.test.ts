import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { orThrow } from '../base/fault.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { proveEquivocation } from './equivocation.ts';
import { Evidence, EVIDENCE_CASES_MAX } from './evidence.ts';
import { generateLogKey, type SigningKey } from './note-key.ts';

const key = generateLogKey('log.hanbit.example/shared');

/** A proof against the key: two roots at one size. */
async function proof(number = 1, signer: SigningKey = key): Promise<string> {
  const [one, other] = [1, 2].map((octet) => {
    const note = signCheckpoint({ origin: signer.name, size: number, root: Buffer.alloc(32, octet) }, [signer]);
    return orThrow(openCheckpoint(Buffer.from(note), signer.logKey));
  });
  return (await proveEquivocation([one!, other!], { logKey: signer.logKey }))!;
}

test('a proof is kept, octet for octet, once, and convicts until a person takes it away', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  assert.equal(evidence.against(key.logKey), undefined);
  const path = (await evidence.keep(await proof()))!;
  assert.equal(readFileSync(path, 'utf8'), await proof());
  assert.deepEqual(evidence.proofs(), [await proof()]);
  assert.equal(await evidence.keep(await proof()), undefined);
  assert.equal(new Evidence(folder).against(key.logKey), await proof());
  rmSync(join(folder, 'evidence'), { recursive: true });
  assert.equal(evidence.against(key.logKey), undefined);
});

test('one proof that comes from several at once is kept once', async (t) => {
  const evidence = new Evidence(temporaryFolder(t));
  const text = await proof();
  const kept = await Promise.all([1, 2, 3].map(() => evidence.keep(text)));
  assert.deepEqual(
    kept.map((path) => path !== undefined),
    [true, false, false],
  );
});

test('as many proofs as the limit are kept, one more is not', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  for (let number = 1; number <= EVIDENCE_CASES_MAX; number++) assert.ok(await evidence.keep(await proof(number)));
  assert.equal(await evidence.keep(await proof(EVIDENCE_CASES_MAX + 1)), undefined);
  assert.equal(readdirSync(join(folder, 'evidence')).length, EVIDENCE_CASES_MAX);
});

test('what another key signed, and what is no proof, convicts nobody', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder);
  const path = (await evidence.keep(await proof(1, generateLogKey(key.name))))!;
  assert.equal(evidence.against(key.logKey), undefined);
  writeFileSync(path, 'rotten');
  assert.equal(evidence.against(key.logKey), undefined);
});
