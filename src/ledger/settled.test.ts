import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Followed, follow } from '../../test/support/follow.ts';
import {
  faultCode,
  type LogPlace,
  logPlace,
  numberedEntries,
  openLog,
  type ServedLog,
  serveFolder,
  serveLog,
  temporaryFolder,
  whenOver,
} from '../../test/support/ledger.ts';
import { leavesOf, noteOfLeaves, requestFor, rootOfLeaves } from '../../test/support/trees.ts';
import { witnessOf } from '../../test/support/witness.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import { openCheckpoint } from './checkpoint.ts';
import { verifyEquivocation } from './equivocation.ts';
import { type KeySpan, type LogVerifier, logVerifierOf } from './log-verifier.ts';
import { generateLogKey, type SigningKey } from './note-key.ts';
import { restoreLog } from './restore.ts';
import { Sequencer } from './sequencer.ts';
import type { TreeHead } from './verified-tiles.ts';

/** A log that has signed two histories: 300 entries that both begin with, then to 320 in one way and to 310 in another. */
interface Forked {
  readonly base: string;
  readonly one: LogPlace;
  readonly other: LogPlace;
  readonly server: ServedLog;
  /** Of the first. */
  readonly head: TreeHead;
  readonly next: SigningKey;
  /** The log's keys once the first history was settled on. */
  readonly settled: LogVerifier;
}

async function setUp(t: TestContext): Promise<Forked> {
  const base = temporaryFolder(t);
  const one = logPlace(base);
  const log = await openLog(t, one);
  await log.append(numberedEntries(0, 300));
  const other = logPlace(join(base, 'other'), one.signingKey);
  cpSync(one.folder, other.folder, { recursive: true });
  cpSync(one.signingFolder, other.signingFolder, { recursive: true, filter: (file) => !file.includes('lock') });
  const forked = await openLog(t, other);
  await forked.append(numberedEntries(90_000, 90_010));
  await forked.close();
  await log.append(numberedEntries(300, 320));
  await log.close();
  const { size, root } = log.checkpoint;
  const next = generateLogKey(one.signingKey.name);
  const server = await serveLog(t, one.folder);
  const settled = settledOn({ size, root }, one.signingKey, next);
  return { base, one, other, server, head: { size, root }, next, settled };
}

function settledOn({ size, root }: TreeHead, before: SigningKey, next: SigningKey): LogVerifier {
  return orThrow(
    logVerifierOf([
      { vkey: before.logKey.vkey, fromSize: 0, toSize: size + 1 },
      { vkey: next.logKey.vkey, fromSize: size + 1, root: root.toString('base64') },
    ]),
  );
}

/** The log goes on in this folder under the next key. */
async function goOn(t: TestContext, place: LogPlace, { next, settled }: Forked): Promise<Sequencer> {
  const { folder, signingFolder } = place;
  const options = { folder, signingFolder, signingKey: next, logKey: settled, signingKeyAt: () => next };
  const log = await Sequencer.open(options, { log: silentLog });
  whenOver(t, () => log.close());
  return log;
}

/** A follower that held one history and was shown the other: it takes nothing more. */
async function convicting(t: TestContext, forked: Forked, shown: LogPlace, folder: string): Promise<Followed> {
  const { server, one } = forked;
  const followed = await follow(t, { folder, logKey: one.signingKey.logKey, url: server.url });
  await followed.untilCurrent(1);
  server.handler = serveFolder(shown.folder);
  followed.follower.hint();
  await followed.untilFault('FOLLOW_FORKED');
  return followed;
}

test('whoever holds the history that was settled on goes on, and the proof convicts no more', async (t) => {
  const forked = await setUp(t);
  const { one, other, server, settled } = forked;
  const folder = join(forked.base, 'mirror');
  const convicted = await convicting(t, forked, other, folder);
  const proof = convicted.follower.proofs()[0]!.proof;
  await convicted.follower.close();
  server.handler = serveFolder(one.folder);
  const log = await goOn(t, one, forked);
  const again = await follow(t, { folder, logKey: settled, url: server.url });
  await again.untilCurrent(0);
  assert.equal(again.follower.state().witnessedSize, 320);
  await log.append(numberedEntries(320, 325));
  await again.untilCurrent(325);
  assert.deepEqual(
    again.entries,
    numberedEntries(320, 325).map((entry) => Buffer.from(entry)),
  );
  assert.equal(again.follower.state().fault, undefined);
  // It proves for ever what it proved, to who asks the old key; and changes nothing here.
  assert.ok(!(verifyEquivocation(Buffer.from(proof), one.signingKey.logKey) instanceof Fault));
  await assert.rejects(again.follower.takeProof(Buffer.from(proof)), faultCode('CHECKPOINT_OVERRULED'));
  assert.deepEqual(
    again.follower.proofs().map((kept) => kept.proof),
    [proof],
  );
});

test('whoever holds the other history begins anew, and takes none of it', async (t) => {
  const forked = await setUp(t);
  const { one, other, server, settled } = forked;
  const folder = join(forked.base, 'mirror');
  server.handler = serveFolder(other.folder);
  const convicted = await convicting(t, forked, one, folder);
  assert.equal(convicted.follower.state().size, 310);
  await convicted.follower.close();
  const log = await goOn(t, one, forked);
  await log.append(numberedEntries(320, 325));
  const again = await follow(t, { folder, logKey: settled, url: server.url });
  await again.untilCurrent(325);
  assert.deepEqual(
    again.entries,
    numberedEntries(0, 325).map((entry) => Buffer.from(entry)),
  );
});

test('a newcomer takes neither the other history nor one that the new key signs', async (t) => {
  const forked = await setUp(t);
  const { one, other, server, next, settled, head } = forked;
  server.handler = serveFolder(other.folder);
  const followed = await follow(t, { folder: join(forked.base, 'mirror'), logKey: settled, url: server.url });
  const refused = await followed.untilFault('FOLLOW_GARBAGE');
  assert.deepEqual(refused.fault, { code: 'FOLLOW_GARBAGE', reason: 'CHECKPOINT_OVERRULED' });
  await followed.follower.close();
  // The other history goes on under the new key: its own checkpoints would verify.
  const { folder, signingFolder } = other;
  const plain = settledOn({ size: 310, root: head.root }, one.signingKey, next);
  const spans = { name: plain.name, at: (size: number) => plain.at(size) };
  const options = { folder, signingFolder, signingKey: next, logKey: spans, signingKeyAt: () => next };
  const liar = await Sequencer.open(options, { log: silentLog });
  whenOver(t, () => liar.close());
  await liar.append(numberedEntries(90_010, 90_025));
  const again = await follow(t, { folder: join(forked.base, 'mirror'), logKey: settled, url: server.url });
  assert.deepEqual((await again.untilFault('FOLLOW_GARBAGE')).fault, {
    code: 'FOLLOW_GARBAGE',
    reason: 'TREE_ROOT_WRONG',
  });
  server.handler = serveFolder(one.folder);
  await again.untilCurrent(320);
});

test('who forks again under the new key is convicted again, however often the first proof was handed in', async (t) => {
  const forked = await setUp(t);
  const { one, other, server, settled } = forked;
  const folder = join(forked.base, 'mirror');
  const { follower } = await convicting(t, forked, other, folder);
  const { name, proof } = follower.conviction!;
  for (let number = 0; number < 70; number++) {
    const junk = `\u2014 junk ${Buffer.alloc(5 + number, number).toString('base64')}\n`;
    assert.equal(await follower.takeProof(Buffer.from(proof + junk)), name);
  }
  assert.deepEqual(readdirSync(join(folder, 'evidence')), [`${name}.equivocation`]);
  await follower.close();
  server.handler = serveFolder(one.folder);
  const log = await goOn(t, one, forked);
  const second = logPlace(join(forked.base, 'second'), one.signingKey);
  cpSync(one.folder, second.folder, { recursive: true });
  cpSync(one.signingFolder, second.signingFolder, { recursive: true, filter: (file) => !file.includes('lock') });
  await log.append(numberedEntries(320, 330));
  await (await goOn(t, second, forked)).append(numberedEntries(80_000, 80_010));
  const followed = await follow(t, { folder, logKey: settled, url: server.url });
  await followed.untilCurrent(330);
  server.handler = serveFolder(second.folder);
  await followed.untilFault('FOLLOW_FORKED');
  await followed.follower.close();
  server.handler = serveFolder(one.folder);
  const again = await follow(t, { folder, logKey: settled, url: server.url });
  assert.equal(again.follower.state().fault?.code, 'FOLLOW_FORKED');
  assert.notEqual(again.follower.conviction!.name, name);
});

test('the log itself: on the history that counts it goes on, on another it does not start until it is restored', async (t) => {
  const forked = await setUp(t);
  const { one, other, next, settled } = forked;
  await assert.rejects(goOn(t, other, forked), faultCode('LEDGER_SIGNING_STATE_UNREADABLE'));
  rmSync(other.signingFolder, { recursive: true });
  const { folder, signingFolder } = other;
  assert.equal((await restoreLog({ from: one.folder, folder, signingFolder, logKey: settled })).size, 320);
  const log = await goOn(t, other, forked);
  await log.append(numberedEntries(320, 321));
  assert.ok(!(openCheckpoint(Buffer.from(log.checkpoint.note), settled) instanceof Fault));
  assert.ok(openCheckpoint(Buffer.from(log.checkpoint.note), one.signingKey.logKey) instanceof Fault);
  assert.equal(next.name, log.checkpoint.note.split('\n')[0]);
});

test('a witness that cosigned the other history, longer or shorter, goes on from what was settled', async (t) => {
  const key = generateLogKey('log.hanbit.example/shared');
  const next = generateLogKey(key.name);
  const ours = leavesOf('ours', 20);
  const theirs = leavesOf('theirs', 20, ours.slice(0, 4));
  const head = { size: 10, root: rootOfLeaves(ours.slice(0, 10)) };
  const settled = settledOn(head, key, next);
  for (const cosigned of [0, 8, 10, 15]) {
    let now: LogVerifier = key.logKey;
    const { witness } = await witnessOf(t, [], { keysOf: () => now });
    if (cosigned > 0) await witness.addCheckpoint(requestFor(theirs.slice(0, cosigned), 0, key));
    now = settled;
    const refused = witness.addCheckpoint(requestFor(theirs.slice(0, 16), 10, next));
    await assert.rejects(refused, faultCode('WITNESS_NOT_CONSISTENT'), `${cosigned}`);
    await assert.rejects(
      witness.addCheckpoint(requestFor(ours.slice(0, 12), 0, next)),
      faultCode('WITNESS_OLD_SIZE_OTHER'),
    );
    const lines = await witness.addCheckpoint(requestFor(ours.slice(0, 12), 10, next));
    assert.ok(!(openCheckpoint(Buffer.from(noteOfLeaves(ours.slice(0, 12), next) + lines), settled) instanceof Fault));
    // From there on it is as ever: nothing goes back.
    await assert.rejects(
      witness.addCheckpoint(requestFor(ours.slice(0, 11), 10, next)),
      faultCode('WITNESS_OLD_SIZE_OTHER'),
    );
  }
});

test('a witness cosigns no second tree of a log that was settled once, when its next key begins below the first', async (t) => {
  const [key, ours] = [generateLogKey('log.hanbit.example/shared'), leavesOf('ours', 20)];
  const theirs = leavesOf('theirs', 20, ours.slice(0, 4));
  const [second, third] = [generateLogKey(key.name), generateLogKey(key.name)];
  const root = rootOfLeaves(ours.slice(0, 4)).toString('base64');
  const spans: KeySpan[] = [
    { vkey: key.logKey.vkey, fromSize: 0, toSize: 5 },
    { vkey: second.logKey.vkey, fromSize: 5, root },
  ];
  const logKey: LogVerifier = {
    name: key.name,
    at: (size) => orThrow(logVerifierOf(spans)).at(size),
    everAt: (size) => orThrow(logVerifierOf(spans)).everAt!(size),
    get settled() {
      return orThrow(logVerifierOf(spans)).settled;
    },
  };
  const { witness } = await witnessOf(t, [logKey]);
  await witness.addCheckpoint(requestFor(ours.slice(0, 15), 4, second));
  // An ordinary exchange, which the log hears of late.
  spans[1] = { ...spans[1]!, toSize: 14 };
  spans.push({ vkey: third.logKey.vkey, fromSize: 14 });
  const forks = [15, 16].map((size) => requestFor(theirs.slice(0, size), 4, third));
  for (const fork of forks) await assert.rejects(witness.addCheckpoint(fork), faultCode('WITNESS_OLD_SIZE_OTHER'));
  await witness.addCheckpoint(requestFor(ours.slice(0, 16), 15, third));
});
