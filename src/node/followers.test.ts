import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { HandClock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { silentLog } from '../base/log.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import type { Member } from '../governance/consortium.ts';
import { newMember } from '../governance/governed.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { Followers } from './followers.ts';

test('when one log cannot be followed, none is: what was opened before it is let go', async (t) => {
  const mirrorsFolder = temporaryFolder(t);
  const [one, two] = [member('one'), member('two')];
  // Somebody else follows the second one into the same folder.
  const lock = lockFolder(join(mirrorsFolder, 'two'));
  const open = Followers.open(
    { members: [one, two], mirrorsFolder, pollIntervalMs: 1_000 },
    {
      clock: new HandClock(),
      log: silentLog,
      fetch,
      memberNow: (name) => (name === 'one' ? one : two),
      mirrorsOf: () => [],
      witnessesOf: () => [],
      quorum: () => ({ witnesses: [], threshold: 0 }),
      onGrown: () => Promise.resolve(),
      onWitnessed: () => Promise.resolve(),
      onCurrent: () => undefined,
      onEquivocation: () => undefined,
    },
  );
  await assert.rejects(open, { message: 'FOLDER_IN_USE' });
  lock.release();
  lockFolder(join(mirrorsFolder, 'one')).release();
});

function member(name: string): Member {
  const logKey = generateLogKey(`log.${name}.example`).logKey.vkey;
  const keys = { logKey, ownLogKey: '', governanceKey: '', witnessKey: '', sealingKey: '', certificates: [] };
  return newMember({ ...keys, name: name as MemberName, roles: [], url: 'http://127.0.0.1:1' }, 0, 0);
}
