import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeCapabilities } from './capability-check.ts';

const S13 = 16_777_252;
const RELAY = 0xffff_ffff;

function judge(applications: readonly number[], inbandSecurity: readonly number[], isSecure = false): number {
  return judgeCapabilities({ originHost: 'a', originRealm: 'b', applications, inbandSecurity }, { isSecure });
}

describe('judgeCapabilities', () => {
  it('takes S13 and relays, and nothing else', () => {
    assert.deepEqual([judge([S13], []), judge([1, S13], []), judge([RELAY], [])], [2001, 2001, 2001]);
    assert.deepEqual([judge([], []), judge([0], []), judge([16_777_251], [])], [5010, 5010, 5010]);
  });

  it('refuses who wants TLS inside a connection in the clear', () => {
    assert.deepEqual([judge([S13], [0]), judge([S13], [0, 1]), judge([S13], [1])], [2001, 2001, 5017]);
    assert.equal(judge([S13], [1], true), 2001);
  });

  it('speaks of the application first: only the first error is reported', () => {
    assert.equal(judge([], [1]), 5010);
  });
});
