import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { HandClock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { silentLog } from '../base/log.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import { type Member, parseConsortium } from '../membership/consortium.ts';
import { Followers } from './followers.ts';

test('when one log cannot be followed, none is: what was opened before it is let go', async (t) => {
  const mirrorsFolder = temporaryFolder(t);
  const open = Followers.open(
    { members: [member('one'), member('two', 'log.two.example+00000000+AQ==')], mirrorsFolder, pollIntervalMs: 1_000 },
    { clock: new HandClock(), log: silentLog, onGrown: () => Promise.resolve(), onCurrent: () => undefined },
  );
  await assert.rejects(open, { message: 'KEY_MALFORMED' });
  lockFolder(join(mirrorsFolder, 'one')).release();
});

function member(name: string, logKey = generateLogKey(`log.${name}.example`).logKey.vkey): Member {
  const url = 'http://127.0.0.1:1';
  return parseConsortium({ name: 'test', members: [{ name, roles: [], logKey, url }] }).members[0]!;
}
