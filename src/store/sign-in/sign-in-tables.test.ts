import assert from 'node:assert/strict';
import { it } from 'node:test';
import { getAuthTables } from 'better-auth/db';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { signInTables } from '../../portals/sessions/auth.ts';
import { SIGN_IN_COLUMNS, SIGN_IN_TABLES } from './schema.ts';

it('our columns are those that the sign-in library asks for', () => {
  const wanted = Object.values(getAuthTables(signInTables())).map(({ modelName, fields }) => [
    modelName,
    Object.entries(fields)
      .map(([name, { fieldName, required }]) => `${fieldName ?? name}${required === false ? '?' : ''}`)
      .sort(),
  ]);
  const ours = Object.entries(SIGN_IN_COLUMNS).map(([table, columns]) => [table, Object.keys(columns).sort()]);
  assert.equal(wanted.length, Object.keys(SIGN_IN_TABLES).length);
  assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(wanted));
});

describeOnEngines('the sign-in tables', (engine) => {
  it('give back a row as it was written: times, booleans and what is empty', async () => {
    const store = await engine.openStore();
    const at = new Date(Date.UTC(2026, 10, 22, 9, 30, 1));
    const data = {
      name: '김보람',
      email: 'boram@hanbit.example',
      emailVerified: true,
      createdAt: at,
      updatedAt: at,
      username: 'boram',
      twoFactorEnabled: false,
      role: 'agent',
      disabled: false,
      createdBy: 'node',
    };
    const made = await store.write(async ({ signIn }) => {
      const tables = await signIn.adapter(signInTables());
      return tables.create<Record<string, unknown>, { id: string }>({ model: 'user', data });
    });
    const found = await store.read(async ({ signIn }) => {
      const tables = await signIn.adapter(signInTables());
      return tables.findOne<object>({ model: 'user', where: [{ field: 'username', value: 'boram' }] });
    });
    assert.partialDeepStrictEqual(found, { ...data, id: made.id, image: null });
  });

  it('a user’s end is the end of the sessions', async () => {
    const store = await engine.openStore();
    const at = new Date(Date.UTC(2026, 10, 22));
    const times = { createdAt: at, updatedAt: at };
    const person = { ...times, name: 'x', email: 'x@y.example', emailVerified: true, role: 'agent', disabled: false };
    const left = await store.write(async ({ signIn }) => {
      const tables = await signIn.adapter(signInTables());
      const user = await tables.create<Record<string, unknown>, { id: string }>({
        model: 'user',
        data: { ...person, createdBy: 'node' },
      });
      const session = { ...times, expiresAt: at, token: 't', userId: user.id, method: 'password' };
      await tables.create({ model: 'session', data: session });
      await tables.delete({ model: 'user', where: [{ field: 'id', value: user.id }] });
      return tables.count({ model: 'session' });
    });
    assert.equal(left, 0);
  });
});
