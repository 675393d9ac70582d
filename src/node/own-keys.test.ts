import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testMember } from '../../test/support/governance.ts';
import { temporaryFolder } from '../../test/support/ledger.ts';
import type { Log } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import type { GovernedConsortium } from '../governance/governed.ts';
import { newMember } from '../governance/governed.ts';
import { dataFolder } from './data-folder.ts';
import type { NodeGovernance } from './governance.ts';
import { makeMemberKeys } from './member-keys.ts';
import { OwnKeys } from './own-keys.ts';

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
    } as unknown as NodeGovernance;
    const told: object[] = [];
    const log = { info: () => undefined, error: (facts: object) => told.push(facts) } as unknown as Log;
    const keys = await OwnKeys.open(dataFolder(root), 'hanbit', { governance, log });
    assert.deepEqual(told, []);
    for (let times = 0; times < 2; times++) tell(consortiumWith('removed'));
    await keys.close();
    assert.deepEqual(told, [{ status: 'removed' }]);
  });
});
