import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { TestGovernance } from '../../test/support/governance.ts';
import { faultCode, temporaryFolder, whenOver } from '../../test/support/ledger.ts';
import { flipBit } from '../../test/support/written-log.ts';
import { systemClock } from '../base/clock.ts';
import { orThrow } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import type { Change } from '../governance/change.ts';
import type { GovernanceFold } from '../governance/fold.ts';
import { foundGovernance, takeOverGovernance } from '../governance/founding.ts';
import { readGovernance } from '../governance/governance-reader.ts';
import { GovernanceKeeper, type KeeperOptions } from '../governance/keeper.ts';
import { governedVerifier } from '../governance/quorum.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { openCheckpoint, signCheckpoint } from '../ledger/checkpoint.ts';
import { proveEquivocation } from '../ledger/equivocation.ts';
import { cosigner } from '../ledger/cosignature.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from '../ledger/layout.ts';
import { NOTE_SIZE_MAX } from '../ledger/note.ts';
import { generateLogKey, type SigningKey } from '../ledger/note-key.ts';
import { readCheckpoint } from '../ledger/reader.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { GovernanceMirror } from './governance-mirror.ts';

const duru = 'duru' as MemberName;
const change: Change = { kind: 'member.roles', member: duru, roles: ['hub'] };

interface Setting {
  readonly memory: TestGovernance;
  /** The first keeper's log. */
  readonly kept: KeeperOptions;
  readonly root: string;
  readonly mirror: GovernanceMirror;
  latest: GovernanceFold;
  effective: GovernanceFold;
  readonly witnessed: number[];
  readonly proofs: string[];
  /** Of the keeper that takes over. */
  readonly nextKey: SigningKey;
  /** Shows the mirror what is in a folder. */
  show(folder: string): Promise<void>;
}

async function setUp(t: TestContext): Promise<Setting> {
  const root = temporaryFolder(t);
  const memory = new TestGovernance();
  const place = { folder: join(root, 'log'), signingFolder: join(root, 'signing'), signingKey: memory.logKey };
  const genesis = await foundGovernance(memory.foundingPaper(), place, { log: silentLog });
  const effective = (await readGovernance({ source: new FolderSource(place.folder), genesis })).fold;
  const state = { latest: effective, effective, witnessed: [] as number[], proofs: [] as string[] };
  const logKey = governedVerifier(effective.consortium.origin, () => state.latest.consortium.logKeys);
  const mirror = await GovernanceMirror.open(
    { folder: join(root, 'mirror'), genesis, logKey },
    {
      log: silentLog,
      latest: () => state.latest,
      adopt: (fold) => (state.latest = fold),
      effective: () => state.effective,
      onWitnessed: async (size) => {
        // As what is in force is read.
        await readGovernance({ source: new FolderSource(join(root, 'mirror')), genesis, size });
        state.witnessed.push(size);
      },
      onEquivocation: (proof) => state.proofs.push(proof),
    },
  );
  whenOver(t, () => mirror.close());
  const show = async (folder: string): Promise<void> => {
    const copy = new FolderSource(folder);
    await mirror.take(copy, (await copy.read(CHECKPOINT_PATH, NOTE_SIZE_MAX))!);
  };
  await show(place.folder);
  return Object.assign(state, {
    memory,
    kept: { ...place, genesis },
    root,
    mirror,
    show,
    nextKey: generateLogKey(memory.logKey.name),
  });
}

/** Duru takes over what the first keeper has written. @returns the folder of its log */
async function takenOver({ memory, kept, root, nextKey: signingKey }: Setting): Promise<string> {
  const fromSize = memory.fold.head.size + 1;
  const log = { vkey: signingKey.logKey.vkey, fromSize, toSize: fromSize };
  const paper = memory.proposal({ kind: 'keeper.changed', member: duru, log }, ['narae', 'duru']);
  const next = { ...kept, folder: join(root, 'next'), signingFolder: join(root, 'next-signing'), signingKey };
  await takeOverGovernance(paper, { ...next, source: new FolderSource(kept.folder) }, { log: silentLog });
  return next.folder;
}

/** The first keeper writes a proposal that enough members have signed. */
async function decide({ memory, kept }: Setting): Promise<void> {
  const keeper = await GovernanceKeeper.open(kept, { log: silentLog });
  const paper = memory.proposal(change, ['hanbit', 'narae']);
  await keeper.take(paper);
  memory.take(paper);
  await keeper.close();
}

async function appendRubbish(kept: KeeperOptions): Promise<void> {
  const sequencer = await Sequencer.open(kept, { log: silentLog });
  await sequencer.append([Buffer.from('rubbish')]);
  await sequencer.close();
}

describe('the copy of the governance log', () => {
  it('takes the log of a later keeper, from whoever has it, in the place of what is not in force', async (t) => {
    const setting = await setUp(t);
    const next = await takenOver(setting);
    await appendRubbish(setting.kept);
    await setting.show(setting.kept.folder);
    assert.deepEqual([setting.latest.consortium.keeper, setting.latest.head.size], ['hanbit', 2]);
    const rubbish = setting.latest.head;
    assert.equal(await setting.mirror.holds(rubbish), true);
    await setting.show(next);
    assert.deepEqual([setting.latest.consortium.keeper, setting.latest.head.size], ['duru', 2]);
    assert.equal(await setting.mirror.holds(rubbish), false);
    assert.equal(await setting.mirror.holds(setting.latest.head), true);
    // What the keeper of before writes is longer, and nothing.
    await appendRubbish(setting.kept);
    await setting.show(setting.kept.folder);
    assert.deepEqual([setting.latest.consortium.keeper, setting.latest.head.size], ['duru', 2]);
    assert.deepEqual([setting.mirror.fault, setting.proofs], [undefined, []]);
  });

  it('never gives up what is in force, and says that others go on from something else', async (t) => {
    const setting = await setUp(t);
    const next = await takenOver(setting);
    await appendRubbish(setting.kept);
    await setting.show(setting.kept.folder);
    setting.effective = setting.latest;
    await setting.show(next);
    assert.equal(setting.mirror.fault, undefined);
    const { kept, root, nextKey: signingKey } = setting;
    await appendRubbish({ ...kept, folder: next, signingFolder: join(root, 'next-signing'), signingKey });
    await setting.show(next);
    assert.equal(setting.mirror.fault, 'GOVERNANCE_OTHER_HISTORY');
    assert.equal(setting.latest.consortium.keeper, 'hanbit');
  });

  it('believes a keeper that signed two trees no more, but a quorum', async (t) => {
    const setting = await setUp(t);
    const { memory, kept, mirror } = setting;
    const { origin } = memory.consortium;
    const forged = signCheckpoint({ origin, size: 1, root: Buffer.alloc(32, 7) }, [memory.logKey]);
    await mirror.take(new FolderSource(kept.folder), Buffer.from(forged)).catch(() => undefined);
    assert.deepEqual([mirror.fault, setting.proofs.length, mirror.proofs().length], ['FOLLOW_FORKED', 1, 1]);
    const { name } = mirror.conviction!;
    for (let number = 0; number < 70; number++) {
      const junk = `\u2014 junk ${Buffer.alloc(5 + number, number).toString('base64')}\n`;
      assert.equal(await mirror.takeProof(Buffer.from(setting.proofs[0]! + junk)), name);
    }
    assert.deepEqual([setting.proofs.length, mirror.proofs().length], [1, 1]);
    await decide(setting);
    await setting.show(kept.folder);
    assert.equal(setting.latest.head.size, 1);
    const cosigners = ['narae', 'duru'].map((name) => cosigner(memory.member(name).witness, systemClock));
    const one = signCheckpoint({ origin, ...memory.fold.head }, [memory.logKey, cosigners[0]!]);
    writeFileSync(join(kept.folder, WITNESSED_PATH), one);
    await assert.rejects(setting.show(kept.folder), faultCode('QUORUM_NOT_MET'));
    assert.deepEqual([setting.latest.head.size, setting.witnessed], [1, []]);
    const both = signCheckpoint({ origin, ...memory.fold.head }, [memory.logKey, ...cosigners]);
    writeFileSync(join(kept.folder, WITNESSED_PATH), both);
    await setting.show(kept.folder);
    assert.deepEqual([setting.latest.head.size, setting.witnessed], [2, [2]]);
    assert.equal(mirror.fault, 'FOLLOW_FORKED');
  });

  it('fetches files that have rotted again before it tells what came into force', async (t) => {
    const setting = await setUp(t);
    const { memory, kept, root } = setting;
    await decide(setting);
    await setting.show(kept.folder);
    await flipBit(join(root, 'mirror', 'tile', 'entries', '000.p', '2'), -1);
    const cosigners = ['narae', 'duru'].map((name) => cosigner(memory.member(name).witness, systemClock));
    const { origin } = memory.consortium;
    const both = signCheckpoint({ origin, ...memory.fold.head }, [memory.logKey, ...cosigners]);
    writeFileSync(join(kept.folder, WITNESSED_PATH), both);
    await assert.rejects(setting.show(kept.folder), faultCode('TREE_FILE_WRONG'));
    await setting.show(kept.folder);
    assert.deepEqual(setting.witnessed, [2]);
  });

  it('convicts a later keeper too, and says so, whatever is known of the one before; after a restart as well', async (t) => {
    const setting = await setUp(t);
    const { memory, mirror, nextKey, root, kept } = setting;
    const { origin } = memory.consortium;
    const noteOf = (size: number, octet: number, key: SigningKey): string =>
      signCheckpoint({ origin, size, root: Buffer.alloc(32, octet) }, [key]);
    const proofOf = (size: number, key: SigningKey): string => {
      const notes = [1, 2].map((octet) => noteOf(size, octet, key));
      return `bongsu/equivocation@v1\n\n${notes.join('\n')}`;
    };
    await mirror.takeProof(Buffer.from(proofOf(1, memory.logKey)));
    const next = await takenOver(setting);
    await setting.show(next);
    assert.deepEqual([setting.latest.consortium.keeper, mirror.fault], ['duru', undefined]);
    // What the keeper of before signs against the log of this one does not convict this one.
    const logKey = governedVerifier(origin, () => setting.latest.consortium.logKeys);
    const tree = new FolderSource(next);
    const forged = orThrow(openCheckpoint(Buffer.from(noteOf(1, 3, memory.logKey)), logKey));
    const mixed = await proveEquivocation([forged, await readCheckpoint(tree, logKey)], { logKey, tree });
    await mirror.takeProof(Buffer.from(mixed!));
    assert.equal(mirror.fault, undefined);
    await mirror.takeProof(Buffer.from(proofOf(5, nextKey)));
    assert.deepEqual([mirror.fault, setting.proofs.at(-1)], ['FOLLOW_FORKED', proofOf(5, nextKey)]);
    // As a restart finds it.
    const folder = join(root, 'again');
    cpSync(join(root, 'mirror'), folder, { recursive: true, filter: (file) => !file.includes('lock') });
    const again = await GovernanceMirror.open(
      { folder, genesis: kept.genesis, logKey },
      {
        log: silentLog,
        latest: () => setting.latest,
        adopt: () => undefined,
        effective: () => setting.effective,
        onWitnessed: async () => undefined,
        onEquivocation: () => undefined,
      },
    );
    whenOver(t, () => again.close());
    assert.deepEqual([again.fault, again.conviction?.proof], ['FOLLOW_FORKED', proofOf(5, nextKey)]);
  });
});
