import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { testMember } from '../../test/support/governance.ts';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { UNFINISHED_SUFFIX } from '../base/durable.ts';
import { type Log, silentLog } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import type { GovernedConsortium } from '../governance/governed.ts';
import { newMember } from '../governance/governed.ts';
import { dataFolder } from './data-folder.ts';
import type { NodeGovernance } from './governance.ts';
import { makeMemberKeys, makeNextKey } from './member-keys.ts';
import { OwnKeys } from './own-keys.ts';

describe('a key that the consortium has exchanged', () => {
  it('is taken up at last where a file could not be written at first', async (t) => {
    const root = temporaryFolder(t);
    const first = (await makeMemberKeys(root, 'hanbit.example')).log.logKey.vkey;
    const next = await makeNextKey(root, 'log');
    const member = newMember({ ...testMember('hanbit').fields, logKey: first }, 0, 0);
    let exchange = (): void => undefined;
    const governance = {
      consortium: { members: [member], ownLogKeys: new Map([['hanbit', '']]) },
      member: () => governance.consortium.members[0],
      onChanged: (listener: typeof exchange) => {
        exchange = listener;
        return () => undefined;
      },
    };
    const folder = dataFolder(root);
    // The name under which the file is written first cannot be opened.
    const obstacle = `${folder.logPublicKey}${UNFINISHED_SUFFIX}`;
    const log = { ...silentLog, error: () => rmdirSync(obstacle) };
    const keys = await OwnKeys.open(folder, 'hanbit', { governance: governance as unknown as NodeGovernance, log });
    const taken = new Promise<void>((resolve) => keys.onChanged(resolve));
    mkdirSync(obstacle);
    const logKeys = [
      { vkey: first, fromSize: 0, toSize: 1 },
      { vkey: next, fromSize: 1 },
    ];
    governance.consortium = { ...governance.consortium, members: [{ ...member, logKeys }] };
    exchange();
    await taken;
    assert.equal(existsSync(obstacle), false);
    assert.equal(keys.logKeyAt(2)?.logKey.vkey, next);
    assert.equal(readFileSync(folder.logPublicKey, 'utf8'), `${next}\n`);
    await keys.close();
  });
});

describe('a node whose member is removed', () => {
  it('says so in its log, once', async (t) => {
    const root = temporaryFolder(t);
    await makeMemberKeys(root, 'hanbit.example');
    const member = newMember(testMember('hanbit').fields, 0, 0);
    const consortiumWith = (status: Member['status']): GovernedConsortium =>
      ({ members: [{ ...member, status }], ownLogKeys: new Map([['hanbit', '']]) }) as unknown as GovernedConsortium;
    let tell: (consortium: GovernedConsortium) => void = () => undefined;
    const governance = {
      consortium: consortiumWith('active'),
      onChanged: (listener: typeof tell) => {
        tell = listener;
        return () => undefined;
      },
    };
    const told: object[] = [];
    const log = { info: () => undefined, error: (facts: object) => told.push(facts) } as unknown as Log;
    const keys = await OwnKeys.open(dataFolder(root), 'hanbit', {
      governance: governance as unknown as NodeGovernance,
      log,
    });
    assert.deepEqual(told, []);
    governance.consortium = consortiumWith('removed');
    for (let times = 0; times < 2; times++) tell(governance.consortium);
    await keys.settled;
    await keys.close();
    assert.deepEqual(told, [{ status: 'removed' }]);
  });
});
