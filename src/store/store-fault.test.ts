import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { Fault } from '../base/fault.ts';
import { StoreError, storeFault } from './store-fault.ts';

function codeOf(error: unknown): string | undefined {
  const fault = storeFault(error);
  return fault instanceof Fault ? String(fault.facts.code) : undefined;
}

describe('a failure of the engine', () => {
  it('says when SQLite has no room', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('pragma max_page_count = 4; create table t (x)');
    assert.throws(
      () => database.exec(`insert into t values (zeroblob(100000))`),
      (error) => codeOf(error) === 'STORE_FULL',
    );
    database.close();
  });

  const POSTGRES: readonly (readonly [code: string, expected: string | undefined])[] = [
    ['53100', 'STORE_FULL'], // disk_full
    ['53300', 'STORE_UNAVAILABLE'], // too_many_connections
    ['57P01', 'STORE_UNAVAILABLE'], // admin_shutdown
    ['57014', 'STORE_UNAVAILABLE'], // statement timeout
    ['08006', 'STORE_UNAVAILABLE'], // connection_failure
    ['28P01', 'STORE_UNAVAILABLE'], // invalid_password
    ['25006', 'STORE_UNAVAILABLE'], // read_only_sql_transaction: a replica
    ['XX001', 'STORE_DAMAGED'], // data_corrupted
    ['ECONNREFUSED', 'STORE_UNAVAILABLE'],
    ['23505', undefined], // unique_violation: a mistake in the code
    ['42P01', undefined], // undefined_table
    ['ERR_ASSERTION', undefined],
  ];
  for (const [code, expected] of POSTGRES) {
    it(`${code} is ${expected ?? 'no fault, and is thrown as it is'}`, () => {
      assert.equal(codeOf(Object.assign(new Error('x'), { code })), expected);
    });
  }

  it('leaves a fault as it is', () => {
    const fault = new StoreError({ code: 'STORE_IN_USE' });
    assert.equal(storeFault(fault), fault);
  });
});
