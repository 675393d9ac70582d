import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { HandClock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { describeOnEngines } from '../../test/support/engines.ts';
import { createToken, ensureSupervisorToken, findHolder, listTokens, revokeToken, TOKENS_MAX } from './tokens.ts';

const CHIEF = { actor: 'chief', role: 'supervisor' };
const clock = new HandClock(Date.UTC(2026, 10, 22));

function refused(code: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof Fault && (thrown as Fault).facts.code === code;
}

describeOnEngines('tokens', (engine) => {
  it('the first supervisor’s is made once, in a private file, and taken up after a crash between file and store', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-tokens-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const first = await engine.openStore();
    const file = await ensureSupervisorToken(join(folder, 'tokens'), { store: first, clock });
    const token = readFileSync(file, 'utf8').trim();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await findHolder(token, { store: first, clock }), { name: 'supervisor', role: 'supervisor' });
    await ensureSupervisorToken(join(folder, 'tokens'), { store: first, clock });
    assert.equal((await listTokens({ store: first })).length, 1);
    // As after a crash: the file is there, and the store knows no token.
    const second = await engine.openStore();
    await ensureSupervisorToken(join(folder, 'tokens'), { store: second, clock });
    assert.equal((await findHolder(token, { store: second, clock }))?.name, 'supervisor');
    // A file that was removed on purpose does not come back.
    rmSync(file);
    await ensureSupervisorToken(join(folder, 'tokens'), { store: second, clock });
    assert.equal(existsSync(file), false);
  });

  it('are kept as hashes, found by nothing else, and gone once revoked', async () => {
    const store = await engine.openStore();
    const dependencies = { store, clock };
    const token = await createToken({ name: 'desk-1', role: 'agent' }, CHIEF, dependencies);
    const row = await store.read(({ tokens }) => tokens.byName('desk-1'));
    assert.match(row!.hash, /^[0-9a-f]{64}$/);
    assert(!JSON.stringify(row).includes(token.slice(10)));
    for (const wrong of ['', token.slice(0, -1), `${token}A`, token.toUpperCase(), row!.hash]) {
      assert.equal(await findHolder(wrong, dependencies), undefined);
    }
    assert.deepEqual(await findHolder(token, dependencies), { name: 'desk-1', role: 'agent' });
    await revokeToken('desk-1', CHIEF, dependencies);
    await revokeToken('desk-1', CHIEF, dependencies);
    assert.equal(await findHolder(token, dependencies), undefined);
    await assert.rejects(
      createToken({ name: 'desk-1', role: 'agent' }, CHIEF, dependencies),
      refused('TOKEN_NAME_TAKEN'),
    );
    await assert.rejects(revokeToken('desk-2', CHIEF, dependencies), refused('TOKEN_NAME_UNKNOWN'));
    const { actions } = { actions: await store.read(({ journal }) => journal.list({ after: 0, limit: 10 })) };
    assert.deepEqual(
      actions.map(({ action, detail }) => [action, detail]),
      [
        ['token.created', '{"name":"desk-1","role":"agent"}'],
        ['token.revoked', '{"name":"desk-1"}'],
      ],
    );
  });

  it('are as many as the limit and not one more', async () => {
    const store = await engine.openStore();
    await store.write(async ({ tokens }) => {
      for (let number = 0; number < TOKENS_MAX - 1; number++) {
        const name = `desk-${number}`;
        await tokens.add({ name, hash: name, role: 'agent', createdMs: 0, createdBy: 'chief' });
      }
    });
    await createToken({ name: 'last', role: 'agent' }, CHIEF, { store, clock });
    const tooMany = createToken({ name: 'more', role: 'agent' }, CHIEF, { store, clock });
    await assert.rejects(tooMany, refused('TOKENS_TOO_MANY'));
  });
});
