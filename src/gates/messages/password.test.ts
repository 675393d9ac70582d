import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hashPassword, isPassword } from './password.ts';

it('a kept password knows itself and no other, and is salted', async () => {
  const kept = await hashPassword('bori3412');
  assert.equal(await isPassword('bori3412', kept), true);
  assert.equal(await isPassword('bori3413', kept), false);
  assert.notEqual(await hashPassword('bori3412'), kept);
});

it('what is no kept password knows nothing', async () => {
  const salt = 'c2Fsc2FsdHNhbHRzYWx0';
  const hash = 'A'.repeat(43);
  for (const kept of ['', 'bori3412', `scrypt$1000$8$1$${salt}$${hash}`, `scrypt$1048576$99$1$${salt}$${hash}`]) {
    assert.equal(await isPassword('bori3412', kept), false, kept);
  }
});
