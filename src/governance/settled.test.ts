import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestGovernance } from '../../test/support/governance.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import type { Change } from './change.ts';
import { governedVerifier } from './quorum.ts';

const [narae, duru] = ['narae', 'duru'] as MemberName[] as [MemberName, MemberName];

describe('a log that has two histories', () => {
  const root = Buffer.alloc(32, 5).toString('base64');
  const settle = (log: TestGovernance, sizes: { fromSize: number; toSize: number }, settled = root): Change => {
    const vkey = generateLogKey(log.member('duru').log.name).logKey.vkey;
    return { kind: 'member.keys', member: duru, keys: { log: { vkey, ...sizes, root: settled } } };
  };

  it('goes on under a new key from the one that was settled on, also where that is the shorter one', () => {
    const log = new TestGovernance();
    const vkey = generateLogKey(log.member('duru').log.name).logKey.vkey;
    log.must({ kind: 'member.keys', member: duru, keys: { log: { vkey, fromSize: 100, toSize: 101 } } });
    log.must(settle(log, { fromSize: 91, toSize: 91 }));
    const { logKeys } = log.consortium.members[2]!;
    assert.deepEqual(
      logKeys.map(({ fromSize, toSize, root: settled }) => [fromSize, toSize, settled]),
      [
        [0, 91, undefined],
        [100, 91, undefined],
        [91, undefined, root],
      ],
    );
    const verifier = governedVerifier(log.member('duru').log.name, () => logKeys);
    assert.deepEqual(
      [90, 91, 150].map((size) => verifier.at(size).length),
      [1, 1, 1],
    );
    assert.deepEqual(verifier.settled, { size: 90, root: Buffer.alloc(32, 5) });
  });

  it('is settled by nothing else: not with an overlap, not at nothing, not with half a root, not for the keeper’s log', () => {
    const log = new TestGovernance();
    assert.equal(log.change(settle(log, { fromSize: 91, toSize: 95 })), 'GOVERNANCE_MALFORMED');
    assert.equal(log.change(settle(log, { fromSize: 1, toSize: 1 })), 'GOVERNANCE_SIZES');
    assert.equal(log.change(settle(log, { fromSize: 91, toSize: 91 }, 'AAAA')), 'GOVERNANCE_MALFORMED');
    const vkey = generateLogKey(log.logKey.name).logKey.vkey;
    const kept: Change = { kind: 'keeper.changed', member: narae, log: { vkey, fromSize: 20, toSize: 20, root } };
    assert.equal(log.change(kept), 'GOVERNANCE_MALFORMED');
  });
});
