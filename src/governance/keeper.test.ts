import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { entryOfPaper, POLICY, TestGovernance, testMember } from '../../test/support/governance.ts';
import { faultCode, serveLog, temporaryFolder, whenOver } from '../../test/support/ledger.ts';
import { flipBit } from '../../test/support/written-log.ts';
import { silentLog } from '../base/log.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { signCheckpoint } from '../ledger/checkpoint.ts';
import { leafHash } from '../ledger/merkle.ts';
import { generateLogKey, type SigningKey } from '../ledger/note-key.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { FolderSource, openSource } from '../ledger/tile-source.ts';
import type { Change } from './change.ts';
import { foundGovernance, takeOverGovernance } from './founding.ts';
import { readGovernance } from './governance-reader.ts';
import { GovernanceKeeper, type KeeperOptions } from './keeper.ts';

const duru = 'duru' as MemberName;
const roles = (...given: ('hub' | 'register')[]): Change => ({ kind: 'member.roles', member: duru, roles: given });

/** A founded log on disk, and the same in memory to make proposals with. */
async function foundedLog(t: TestContext): Promise<{ memory: TestGovernance; options: KeeperOptions; root: string }> {
  const root = temporaryFolder(t);
  const memory = new TestGovernance();
  const place = { folder: join(root, 'log'), signingFolder: join(root, 'signing'), signingKey: memory.logKey };
  const genesis = await foundGovernance(memory.foundingPaper(), place, { log: silentLog });
  return { memory, options: { ...place, genesis }, root };
}

async function openKeeper(t: TestContext, options: KeeperOptions): Promise<GovernanceKeeper> {
  const keeper = await GovernanceKeeper.open(options, { log: silentLog });
  whenOver(t, () => keeper.close());
  return keeper;
}

describe('the keeper of the governance log', () => {
  it('founds it, again after a crash with the same outcome, and never with another constitution', async (t) => {
    const { memory, options } = await foundedLog(t);
    const again = await foundGovernance(memory.foundingPaper(), options, { log: silentLog });
    assert.deepEqual(again, options.genesis);
    const other = memory.foundingPaper({ policy: { ...POLICY, threshold: 3 } });
    await assert.rejects(foundGovernance(other, options, { log: silentLog }), faultCode('GENESIS_OF_OTHER_LOG'));
    const unsigned = memory.foundingPaper({}, memory.members.slice(1));
    await assert.rejects(
      foundGovernance(unsigned, options, { log: silentLog }),
      faultCode('GOVERNANCE_FOUNDER_UNSIGNED'),
    );
    const strange = { ...options, signingKey: generateLogKey('other.example/log') };
    await assert.rejects(
      foundGovernance(memory.foundingPaper(), strange, { log: silentLog }),
      faultCode('GOVERNANCE_KEY_NOT_KEEPERS'),
    );
  });

  it('appends what enough members have signed, once, and nothing else', async (t) => {
    const { memory, options } = await foundedLog(t);
    const keeper = await openKeeper(t, options);
    const few = memory.proposal(roles('hub'), ['hanbit']);
    await assert.rejects(keeper.take(few), faultCode('GOVERNANCE_SIGNATURES_MISSING'));
    const enough = memory.proposal(roles('hub'), ['hanbit', 'narae']);
    const others = memory.proposal(roles('hub'), ['narae', 'duru']);
    const taken = await Promise.all([keeper.take(enough), keeper.take(others), keeper.take(enough)]);
    assert.deepEqual(taken, [
      { index: 1, size: 2, isNew: true },
      { index: 1, size: 2, isNew: false },
      { index: 1, size: 2, isNew: false },
    ]);
    const stale = memory.proposal(roles('register'), ['hanbit', 'narae']);
    await assert.rejects(keeper.take(stale), faultCode('GOVERNANCE_STALE'));
    await assert.rejects(keeper.take(Buffer.from('rubbish\n\n')), faultCode('GOVERNANCE_MALFORMED'));
    const { fold } = await readGovernance({ source: new FolderSource(options.folder), genesis: options.genesis });
    assert.deepEqual([fold.consortium.size, fold.ignoredCount, fold.consortium.members[2]!.roles], [2, 0, ['hub']]);
  });

  it('goes on after a restart, and not with another key', async (t) => {
    const { memory, options, root } = await foundedLog(t);
    const first = await GovernanceKeeper.open(options, { log: silentLog });
    const proposal = memory.proposal(roles('hub'), ['hanbit', 'narae']);
    await first.take(proposal);
    await first.close();
    memory.take(proposal);
    const second = await openKeeper(t, options);
    assert.equal((await second.take(memory.proposal(roles(), ['duru', 'narae']))).index, 2);
    const strange = {
      ...options,
      signingKey: generateLogKey(memory.logKey.name),
      signingFolder: join(root, 'strange'),
    };
    await assert.rejects(GovernanceKeeper.open(strange, { log: silentLog }), faultCode('LEDGER_SIGNING_STATE_MISSING'));
  });

  it('is followed by another, also when it is gone', async (t) => {
    const { memory, options, root } = await foundedLog(t);
    const signingKey = generateLogKey(memory.logKey.name);
    const { size } = memory.fold.head;
    const change: Change = {
      kind: 'keeper.changed',
      member: duru,
      log: { vkey: signingKey.logKey.vkey, fromSize: size + 1, toSize: size + 2 },
    };
    const paper = memory.proposal(change, ['narae', 'duru']);
    const next = { ...options, folder: join(root, 'next'), signingFolder: join(root, 'next-signing'), signingKey };
    const source = new FolderSource(options.folder);
    const unsigned = memory.proposal(change, ['duru']);
    await assert.rejects(
      takeOverGovernance(unsigned, { ...next, source }, { log: silentLog }),
      faultCode('GOVERNANCE_SIGNATURES_MISSING'),
    );
    const taken = await takeOverGovernance(paper, { ...next, source }, { log: silentLog });
    assert.deepEqual(taken, { index: 1, size: 2, isNew: true });
    memory.take(paper);
    const keeper = await openKeeper(t, next);
    assert.equal((await keeper.take(memory.proposal(roles('hub'), ['narae', 'duru']))).index, 2);
    const { fold } = await readGovernance({ source: new FolderSource(next.folder), genesis: options.genesis });
    assert.deepEqual([fold.consortium.keeper, fold.consortium.size], ['duru', 3]);
    // The keeper of before cannot go on: its key ends.
    const old = await GovernanceKeeper.open(options, { log: silentLog });
    whenOver(t, () => old.close());
    await old.take(paper);
    await assert.rejects(
      old.close().then(() => GovernanceKeeper.open(options, { log: silentLog })),
      faultCode('GOVERNANCE_KEY_NOT_KEEPERS'),
    );
  });
});

describe('a keeper that the one before has made', () => {
  it('goes on from its copy, and not once it has lost what it signed', async (t) => {
    const { memory, options, root } = await foundedLog(t);
    const signingKey = generateLogKey(memory.logKey.name);
    const log = { vkey: signingKey.logKey.vkey, fromSize: 2, toSize: 3 };
    const old = await GovernanceKeeper.open(options, { log: silentLog });
    const paper = memory.proposal({ kind: 'keeper.changed', member: duru, log }, ['narae', 'hanbit']);
    await old.take(paper);
    memory.take(paper);
    await old.close();
    const next = { ...options, folder: join(root, 'copy'), signingFolder: join(root, 'copy-signing'), signingKey };
    cpSync(options.folder, next.folder, { recursive: true });
    const keeper = await GovernanceKeeper.open(next, { log: silentLog });
    assert.equal((await keeper.take(memory.proposal(roles('hub'), ['narae', 'duru']))).index, 2);
    await keeper.close();
    rmSync(next.signingFolder, { recursive: true });
    await assert.rejects(GovernanceKeeper.open(next, { log: silentLog }), faultCode('LEDGER_SIGNING_STATE_MISSING'));
  });
});

describe('reading a governance log from the genesis checkpoint', () => {
  it('gives the consortium at any size, from a folder and over HTTP', async (t) => {
    const { memory, options } = await foundedLog(t);
    const keeper = await openKeeper(t, options);
    for (const change of [roles('hub'), roles('register')]) {
      const proposal = memory.proposal(change, ['hanbit', 'narae']);
      await keeper.take(proposal);
      memory.take(proposal);
    }
    const { url } = await serveLog(t, options.folder);
    for (const place of [options.folder, url]) {
      const read = (size: number) => readGovernance({ source: openSource(place), genesis: options.genesis, size });
      assert.deepEqual((await read(3)).fold.consortium.members[2]!.roles, ['register']);
      assert.deepEqual((await read(2)).fold.consortium.members[2]!.roles, ['hub']);
      assert.deepEqual((await read(1)).fold.consortium.members[2]!.roles, ['operator']);
      await assert.rejects(read(4), faultCode('GOVERNANCE_LOG_TOO_SHORT'));
    }
  });

  it('refuses another log, another genesis, and a genesis that is none', async (t) => {
    const { memory, options } = await foundedLog(t);
    const source = new FolderSource(options.folder);
    const read = (genesis: Uint8Array | string) => readGovernance({ source, genesis: Buffer.from(genesis as string) });
    const sign = (size: number, key: SigningKey = memory.logKey) =>
      signCheckpoint({ origin: key.name, size, root: leafHash(memory.entries[0]!) }, [key]);
    await assert.rejects(read(sign(2)), faultCode('GENESIS_MALFORMED'));
    await assert.rejects(read(sign(1, generateLogKey('other.example/log'))), faultCode('GOVERNANCE_LOG_OTHER'));
    const { genesis } = (await foundedLog(t)).options;
    await assert.rejects(read(genesis), faultCode('GENESIS_OF_OTHER_LOG'));
    await assert.rejects(read('rubbish'), faultCode('NOTE_MALFORMED'));
    const forged = generateLogKey(memory.logKey.name);
    const { root } = (await readGovernance({ source, genesis: options.genesis })).fold.head;
    const other = signCheckpoint({ origin: forged.name, size: 1, root }, [forged]);
    await assert.rejects(read(other), faultCode('NOTE_UNSIGNED'), 'the right entry, signed by a stranger');
  });

  it('believes no checkpoint that the log gives no key for, and no damaged file', async (t) => {
    const { options } = await foundedLog(t);
    const source = new FolderSource(options.folder);
    const thief = generateLogKey(options.signingKey.name);
    const { fold } = await readGovernance({ source, genesis: options.genesis });
    const forged = signCheckpoint({ origin: thief.name, ...fold.head }, [thief]);
    const checkpoint = join(options.folder, 'checkpoint');
    const { note } = (await readGovernance({ source, genesis: options.genesis })).checkpoint;
    writeFileSync(checkpoint, forged);
    await assert.rejects(readGovernance({ source, genesis: options.genesis }), faultCode('NOTE_UNSIGNED'));
    writeFileSync(checkpoint, note);
    await flipBit(join(options.folder, 'tile', 'entries', '000.p', '1'), 40);
    await assert.rejects(readGovernance({ source, genesis: options.genesis }), faultCode('TREE_FILE_WRONG'));
  });

  it('lets a keeper that writes rubbish, or what nobody signed, have no effect', async (t) => {
    const { memory, options } = await foundedLog(t);
    const sequencer = await Sequencer.open(options, { log: silentLog });
    const unsigned = memory.proposal({ kind: 'member.admitted', member: testMember('sakura').fields }, ['hanbit']);
    await sequencer.append([Buffer.from('rubbish'), entryOfPaper(unsigned), entryOfPaper(Buffer.from('x'))]);
    await sequencer.close();
    const { fold } = await readGovernance({ source: new FolderSource(options.folder), genesis: options.genesis });
    assert.deepEqual([fold.consortium.size, fold.consortium.members.length, fold.ignoredCount], [4, 3, 3]);
    assert.deepEqual(
      fold.ignored.map(({ code }) => code),
      ['ENTRY_NOT_CBOR', 'GOVERNANCE_STALE', 'NOTE_MALFORMED'],
    );
  });
});
