import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultCode } from '../../test/support/ledger.ts';
import { AppendPool, POOL_ENTRIES_MAX, POOL_OCTETS_MAX } from './append-pool.ts';
import { ENTRY_SIZE_MAX } from './entry.ts';

const one = new Uint8Array(1);
const large = new Uint8Array(ENTRY_SIZE_MAX);

test('a pool gives out what came in, in order, and is empty again', () => {
  const pool = new AppendPool();
  void pool.add([one]);
  void pool.add([large, one]);
  assert.deepEqual(
    pool.take().map(({ entries }) => entries),
    [[one], [large, one]],
  );
  assert.ok(pool.isEmpty);
});

test('a pool holds as many entries as its limit, and is busy for one more', () => {
  const pool = new AppendPool();
  void pool.add(Array.from({ length: POOL_ENTRIES_MAX - 1 }, () => one));
  void pool.add([one]);
  assert.throws(() => pool.add([one]), faultCode('LEDGER_BUSY'));
  pool.take();
  void pool.add([one]);
});

test('a pool holds as many octets as its limit, and is busy for one more', () => {
  const pool = new AppendPool();
  const rest = POOL_OCTETS_MAX % ENTRY_SIZE_MAX;
  void pool.add(Array.from({ length: Math.floor(POOL_OCTETS_MAX / ENTRY_SIZE_MAX) }, () => large));
  void pool.add([new Uint8Array(rest)]);
  assert.throws(() => pool.add([one]), faultCode('LEDGER_BUSY'));
});

test('an append that no pool could ever hold is told apart from a busy one', () => {
  const pool = new AppendPool();
  const entries = Array.from({ length: POOL_ENTRIES_MAX + 1 }, () => one);
  assert.throws(() => pool.add(entries), faultCode('LEDGER_APPEND_TOO_LARGE'));
  const octets = Array.from({ length: Math.ceil(POOL_OCTETS_MAX / ENTRY_SIZE_MAX) + 1 }, () => large);
  assert.throws(() => pool.add(octets), faultCode('LEDGER_APPEND_TOO_LARGE'));
  void pool.add(entries.slice(1));
});

test('the largest entry is taken, one octet more is not, and nothing of its append stays', () => {
  const pool = new AppendPool();
  assert.throws(() => pool.add([one, new Uint8Array(ENTRY_SIZE_MAX + 1)]), faultCode('ENTRY_TOO_LARGE'));
  assert.ok(pool.isEmpty);
  void pool.add([large]);
});
