import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { anchorAt, OWN_LOG_GROWING, OWN_LOGS_BROKEN, SHARED_ORIGIN } from '../../test/support/anchors.ts';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { ownTreeIn } from '../anchoring/anchored-proof.ts';
import { silentLog } from '../base/log.ts';
import { decodeStatement } from '../statements/codec.ts';
import type { Opened } from './opened.ts';
import { Standing } from './standing.ts';

const members = [{ name: 'hanbit', roles: ['operator'] as const }];

function newStanding(alarms: object[] = []): Standing {
  return new Standing({ members }, depsOf(alarms));
}

function depsOf(alarms: object[]) {
  const log = { ...silentLog, error: (facts: object) => void alarms.push(facts) };
  const open = (bytes: Uint8Array): Opened => {
    const stated = decodeStatement(bytes);
    const { statement } = stated;
    const ownTree = statement?.kind === 'log.anchored' ? ownTreeIn(statement, SHARED_ORIGIN) : undefined;
    return { ...stated, ...(ownTree && { ownTree }) };
  };
  return { log, open };
}

describe('the own log of a member, by its anchors', () => {
  it('grew, and nobody is alarmed', () => {
    const alarms: object[] = [];
    const standing = newStanding(alarms);
    const counts = standing.fold('hanbit', 0, OWN_LOG_GROWING);
    assert.deepEqual([counts.broken, standing.progress('hanbit').ownLogBrokenAt, alarms], [0, undefined, []]);
  });

  for (const [what, anchors] of OWN_LOGS_BROKEN) {
    it(`was ${what}: it is said where, in an alarm too, and once`, () => {
      const alarms: object[] = [];
      const standing = newStanding(alarms);
      const counts = standing.fold('hanbit', 0, anchors);
      assert.deepEqual([counts.broken, standing.progress('hanbit').ownLogBrokenAt], [1, 1]);
      assert.deepEqual(alarms, [{ code: 'OWN_LOG_BROKEN', of: 'hanbit', index: 1 }]);
    });
  }

  it('goes on from what it showed last, and a snapshot knows both', async (t) => {
    const file = join(temporaryFolder(t), 'snapshot');
    const root = '11'.repeat(32);
    const standing = newStanding();
    standing.fold('hanbit', 0, [anchorAt(3), anchorAt(2, 2)]);
    await standing.writeSnapshot(file, new Map([['hanbit', root]]));
    const again = await Standing.fromSnapshot(file, { members, rootAt: async () => root }, depsOf([]));
    assert.equal(again.digest(), standing.digest());
    for (const one of [standing, again]) {
      assert.equal(one.fold('hanbit', 2, [anchorAt(6, 2)]).broken, 0);
      assert.equal(one.progress('hanbit').ownLogBrokenAt, 1);
      assert.equal(one.fold('hanbit', 3, [anchorAt(5, 5)]).broken, 1);
      assert.equal(one.progress('hanbit').ownLogBrokenAt, 3);
    }
  });
});
