import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { Evidence, EVIDENCE_CASES_MAX } from './evidence.ts';

const KEY = { keyId: 1 };

test('both notes of a case are kept, octet for octet, once', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder, KEY);
  const path = await evidence.keep('forked', { held: 'held\n', offered: 'offered\n' });
  assert.equal(readFileSync(`${path}.held`, 'utf8'), 'held\n');
  assert.equal(readFileSync(`${path}.offered`, 'utf8'), 'offered\n');
  assert.equal(await evidence.keep('forked', { held: 'held\n', offered: 'offered\n' }), undefined);
  assert.equal(readdirSync(join(folder, 'evidence')).length, 2);
});

test('only a fork counts as one, until a person takes it away', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder, KEY);
  assert.equal(evidence.showsFork, false);
  await evidence.keep('shrunk', { held: 'a', offered: 'b' });
  assert.equal(evidence.showsFork, false);
  await evidence.keep('forked', { held: 'a', offered: 'b' });
  assert.equal(new Evidence(folder, KEY).showsFork, true);
  rmSync(join(folder, 'evidence'), { recursive: true });
  assert.equal(evidence.showsFork, false);
});

test('as many cases as the limit are kept, one more is not', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = new Evidence(folder, KEY);
  for (let number = 0; number < EVIDENCE_CASES_MAX; number++) {
    assert.ok(await evidence.keep('shrunk', { held: 'a', offered: String(number) }));
  }
  assert.equal(await evidence.keep('shrunk', { held: 'a', offered: 'more' }), undefined);
  assert.equal(readdirSync(join(folder, 'evidence')).length, 2 * EVIDENCE_CASES_MAX);
});

test('a fork is kept however many old checkpoints were', async (t) => {
  const evidence = new Evidence(temporaryFolder(t), KEY);
  for (let number = 0; number < EVIDENCE_CASES_MAX; number++) {
    await evidence.keep('shrunk', { held: 'a', offered: String(number) });
  }
  assert.ok(await evidence.keep('forked', { held: 'a', offered: 'b' }));
  assert.equal(evidence.showsFork, true);
});

test('a case that was broken off between its notes is kept anew', async (t) => {
  const evidence = new Evidence(temporaryFolder(t), KEY);
  const notes = { held: 'a', offered: 'b' };
  const path = await evidence.keep('forked', notes);
  rmSync(`${path}.offered`);
  assert.equal(evidence.showsFork, false);
  assert.equal(await evidence.keep('forked', notes), path);
  assert.equal(evidence.showsFork, true);
});

test('what one key signed says nothing against the next', async (t) => {
  const folder = temporaryFolder(t);
  await new Evidence(folder, KEY).keep('forked', { held: 'a', offered: 'b' });
  assert.equal(new Evidence(folder, { keyId: 2 }).showsFork, false);
});
