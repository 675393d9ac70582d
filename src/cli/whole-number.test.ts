import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { readWhole } from './whole-number.ts';

describe('an index, a size or a count on a command line', () => {
  it('is decimal digits, up to what a number holds exactly', () => {
    assert.deepEqual(['0', '7', '10', '9007199254740991'].map(readWhole), [0, 7, 10, Number.MAX_SAFE_INTEGER]);
  });

  it('is nothing else that JavaScript takes for a number', () => {
    for (const loose of ['', ' 1', '01', '1e1', '0x7', '1.0', '-1', '+1', '1_0', '9007199254740992', 'Infinity']) {
      assert.throws(() => readWhole(loose), InvalidArgumentError, loose);
    }
  });
});
