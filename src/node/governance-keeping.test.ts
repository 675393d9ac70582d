import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { cosigned } from '../../test/support/cosigned.ts';
import { TestGovernance } from '../../test/support/governance.ts';
import { temporaryFolder, whenOver } from '../../test/support/ledger.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { foundGovernance } from '../governance/founding.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { signCheckpoint } from '../ledger/checkpoint.ts';
import { WITNESSED_PATH } from '../ledger/layout.ts';
import { writeSigningKey } from '../ledger/note-key.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { GovernanceKeeping, type GovernanceKeepingDependencies } from './governance-keeping.ts';
import { governanceSigningFolder } from './member-keys.ts';

const witness = 'narae';

/** A governance log of one entry, at hanbit, who keeps it; narae is its witness. */
async function setUp(t: TestContext) {
  const memory = new TestGovernance();
  const folder: DataFolder = dataFolder(temporaryFolder(t));
  mkdirSync(folder.keys, { recursive: true });
  await writeSigningKey(folder.governanceLogKey, memory.logKey);
  const signingFolder = governanceSigningFolder(folder.root, memory.logKey);
  const place = { folder: folder.governanceLog, signingFolder, signingKey: memory.logKey };
  const genesis = await foundGovernance(memory.foundingPaper(), place, { log: silentLog });
  const open = async (
    deps: Pick<GovernanceKeepingDependencies, 'judge' | 'onWitnessed'>,
    call: typeof fetch,
  ): Promise<GovernanceKeeping> => {
    const { witnessKey } = memory.member(witness).witness;
    const peer = { name: witness, keys: [witnessKey], url: 'http://narae.example/witness', fetch: call };
    const keeping = await GovernanceKeeping.open(
      { folder, genesis, logKey: memory.logKey.logKey },
      { ...deps, clock: systemClock, log: silentLog, peers: () => [{ witnesses: [peer], threshold: 1 }] },
    );
    whenOver(t, () => keeping.close());
    return keeping;
  };
  return { memory, folder, open };
}

const away = (): Promise<never> => Promise.reject(new TypeError('fetch failed'));

describe('who keeps the governance log', () => {
  it('shows witnesses an entry that could not be judged at first', async (t) => {
    const { memory, open } = await setUp(t);
    const shown = Promise.withResolvers<void>();
    let failures = 0;
    let judge = async (): Promise<void> => undefined;
    const call = (async (_url: string, { body }: RequestInit) => {
      if ((body as string).includes(`${memory.consortium.origin}\n2\n`)) shown.resolve();
      return away();
    }) as typeof fetch;
    const keeping = await open({ judge: () => judge(), onWitnessed: async () => undefined }, call);
    judge = async () => {
      if (failures++ === 0) throw new Error('EMFILE: too many open files');
    };
    const change = { kind: 'member.roles', member: 'duru' as MemberName, roles: ['hub'] } as const;
    await keeping.take(memory.proposal(change, ['hanbit', 'narae']));
    await shown.promise;
    assert.equal(failures, 2);
  });

  it('brings into force what could not be read when its quorum was complete', async (t) => {
    const { memory, folder, open } = await setUp(t);
    const note = signCheckpoint({ origin: memory.consortium.origin, ...memory.fold.head }, [memory.logKey]);
    writeFileSync(`${folder.governanceLog}/${WITNESSED_PATH}`, cosigned(note, memory.member(witness).witness, 1_000));
    const sizes: number[] = [];
    const inForce = Promise.withResolvers<void>();
    const onWitnessed = async (size: number): Promise<void> => {
      if (sizes.push(size) === 1) throw new Error('EMFILE: too many open files');
      inForce.resolve();
    };
    await open({ judge: async () => undefined, onWitnessed }, away);
    await inForce.promise;
    assert.deepEqual(sizes, [1, 1]);
  });
});
