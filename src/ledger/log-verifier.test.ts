import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext, test } from 'node:test';
import { follow } from '../../test/support/follow.ts';
import {
  faultCode,
  type LogPlace,
  logPlace,
  numberedEntries,
  openLog,
  serveLog,
  temporaryFolder,
  whenOver,
} from '../../test/support/ledger.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import { CHECKPOINT_PATH } from './layout.ts';
import { asTaken, type LogVerifier, logVerifierOf } from './log-verifier.ts';
import { generateLogKey, type SigningKey } from './note-key.ts';
import { Mirror } from './mirror.ts';
import { restoreLog } from './restore.ts';
import { Sequencer } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';
import { verifyLog } from './verify.ts';

const ORIGIN = 'log.hanbit.example/shared';
const first = generateLogKey(ORIGIN);
const next = generateLogKey(ORIGIN);

/** The first key until size 20, the next one from 10 on. */
const spans = [
  { vkey: first.logKey.vkey, fromSize: 0, toSize: 20 },
  { vkey: next.logKey.vkey, fromSize: 10 },
];
const logKey = orThrow(logVerifierOf(spans));

async function open(
  t: TestContext,
  place: LogPlace,
  signingKey: SigningKey,
  verifier: LogVerifier = logKey,
): Promise<Sequencer> {
  const log = await Sequencer.open({ ...place, signingKey, logKey: verifier }, { log: silentLog });
  whenOver(t, () => log.close());
  return log;
}

test('keys sign the sizes of their spans, both while they overlap, and the empty tree', () => {
  const ids = (size: number): number[] => logKey.at(size).map(({ keyId }) => keyId);
  assert.deepEqual(ids(0), [first.keyId, next.keyId]);
  assert.deepEqual(ids(1), [first.keyId]);
  assert.deepEqual(ids(9), [first.keyId]);
  assert.deepEqual(ids(10), [first.keyId, next.keyId]);
  assert.deepEqual(ids(19), [first.keyId, next.keyId]);
  assert.deepEqual(ids(20), [next.keyId]);
  assert.equal(logKey.name, ORIGIN);
});

test('keys of two names, of another type, and none at all make no log', () => {
  for (const wrong of [
    [],
    [...spans, { vkey: generateLogKey('log.duru.example/shared').logKey.vkey, fromSize: 0 }],
    [{ vkey: 'a+b+c', fromSize: 0 }],
  ]) {
    const verifier = logVerifierOf(wrong);
    assert.ok(verifier instanceof Fault);
    assert.equal(verifier.facts.code, 'KEY_MALFORMED');
  }
});

test('a log goes on under its next key, over restarts, and followers and verifiers go with it', async (t) => {
  const place = logPlace(temporaryFolder(t), first);
  const log = await open(t, place, first);
  await log.append(numberedEntries(0, 12));
  const { url } = await serveLog(t, place.folder);
  const followed = await follow(t, { folder: `${place.folder}-mirror`, logKey, url });
  await followed.untilCurrent(12);
  log.exchangeKey(next);
  await log.append(numberedEntries(12, 15));
  await followed.untilCurrent(15);
  // What was signed last is under the older key: the next start reads it all the same.
  log.exchangeKey(first);
  await log.append(numberedEntries(15, 18));
  await log.close();
  const again = await open(t, place, next);
  assert.equal(again.size, 18);
  await again.append(numberedEntries(18, 30));
  const state = await followed.untilCurrent(30);
  assert.equal(state.fault, undefined);
  assert.equal((await verifyLog({ source: new FolderSource(place.folder), logKey })).size, 30);
});

test('a key is not believed past its span, and a log does not sign with it there', async (t) => {
  const place = logPlace(temporaryFolder(t), first);
  const log = await open(t, place, first);
  await log.append(numberedEntries(0, 19));
  await assert.rejects(log.append(numberedEntries(19, 20)), Fault);
  assert.equal(log.size, 19);
  log.exchangeKey(next);
  await log.append(numberedEntries(19, 20));
  assert.equal(log.size, 20);

  // A thief of the older key goes on by himself.
  const stolen = logPlace(temporaryFolder(t), first);
  const thief = await openLog(t, stolen);
  await thief.append(numberedEntries(0, 25));
  await assert.rejects(verifyLog({ source: new FolderSource(stolen.folder), logKey }), faultCode('NOTE_UNSIGNED'));
});

describe('a log that went past the last size of its key before it heard of the next one', () => {
  const RENEWED = 25;
  /** The log under its first key alone, and then as governance has it: past the end of that key. */
  async function overtaken(t: TestContext) {
    let governed: LogVerifier = first.logKey;
    const verifier: LogVerifier = {
      name: ORIGIN,
      at: (size) => governed.at(size),
      everAt: (size) => governed.everAt?.(size) ?? governed.at(size),
    };
    const place = logPlace(temporaryFolder(t), first);
    const options = { ...place, signingKey: first, logKey: verifier, signingKeyAt: keyAt };
    function keyAt(size: number): SigningKey | undefined {
      const [key] = verifier.at(size) as readonly { keyId: number }[];
      return [first, next].find(({ keyId }) => keyId === key?.keyId);
    }
    const openIt = async (): Promise<Sequencer> => {
      const log = await Sequencer.open(options, { log: silentLog });
      whenOver(t, () => log.close());
      return log;
    };
    const log = await openIt();
    await log.append(numberedEntries(0, RENEWED));
    return { place, verifier, log, openIt, exchange: () => (governed = logKey) };
  }

  const whole = async (folder: string): Promise<string> => {
    const { size, rootHex } = await verifyLog({ source: new FolderSource(folder), logKey });
    return `${size} ${rootHex}`;
  };

  it('signs the same tree anew while it runs, goes on, and starts again', async (t) => {
    const { place, log, openIt, exchange } = await overtaken(t);
    const { root } = log.checkpoint;
    exchange();
    await assert.rejects(whole(place.folder), faultCode('NOTE_UNSIGNED'));
    const seen: string[] = [];
    log.onPublished(({ note }) => seen.push(note));
    await Promise.all([log.renew(), log.renew()]);
    assert.equal(await whole(place.folder), `${RENEWED} ${root.toString('hex')}`);
    assert.deepEqual(seen, [log.checkpoint.note]);
    await log.append(numberedEntries(RENEWED, 30));
    await log.close();
    assert.equal((await openIt()).size, 30);
    assert.match(await whole(place.folder), /^30 /);
  });

  it('signs it anew at its start, and a kill before that was published loses nothing', async (t) => {
    const { place, log, openIt, exchange } = await overtaken(t);
    const old = log.checkpoint;
    await log.close();
    exchange();
    const again = await openIt();
    assert.deepEqual([again.size, again.checkpoint.root], [RENEWED, old.root]);
    await whole(place.folder);
    await again.close();
    writeFileSync(join(place.folder, CHECKPOINT_PATH), old.note);
    await (await openIt()).append(numberedEntries(RENEWED, 26));
    assert.match(await whole(place.folder), /^26 /);
  });

  it('is held by who mirrors it over a restart, before and after it was signed anew', async (t) => {
    const { place, verifier, log, exchange } = await overtaken(t);
    const { url } = await serveLog(t, place.folder);
    const folder = `${place.folder}-mirror`;
    const mirrored = await follow(t, { folder, logKey: verifier, url });
    await mirrored.untilCurrent(RENEWED);
    exchange();
    await mirrored.follower.close();
    const held = await Mirror.open({ folder, logKey: verifier }, { log: silentLog });
    assert.equal(held.head.size, RENEWED);
    held.close();
    const again = await follow(t, { folder, logKey: verifier, url });
    await log.renew();
    await again.until(() => readFileSync(join(folder, CHECKPOINT_PATH), 'utf8') === log.checkpoint.note);
    assert.equal(again.follower.state().fault, undefined);
    assert.match(await whole(folder), /^25 /);
  });

  it('comes back from a copy that its old key signed', async (t) => {
    const { place, verifier, log, exchange } = await overtaken(t);
    await log.close();
    exchange();
    const fresh = logPlace(temporaryFolder(t), next);
    const { size } = await restoreLog({ ...fresh, from: place.folder, logKey: verifier });
    assert.equal(size, RENEWED);
    const signingKeyAt = (): SigningKey => next;
    const restored = await Sequencer.open({ ...fresh, logKey: verifier, signingKeyAt }, { log: silentLog });
    whenOver(t, () => restored.close());
    assert.match(await whole(fresh.folder), /^25 /);
  });
});

test('nothing that an old key signed past what was settled was ever right', () => {
  const root = Buffer.alloc(32, 1).toString('base64');
  const settled = orThrow(logVerifierOf([spans[0]!, { vkey: next.logKey.vkey, fromSize: 10, root }]));
  const ids = (verifier: LogVerifier, size: number): number[] =>
    asTaken(verifier)
      .at(size)
      .map(({ keyId }) => keyId);
  assert.deepEqual(ids(settled, 9), [first.keyId]);
  assert.deepEqual(ids(settled, 10), [next.keyId]);
  assert.equal(asTaken(settled).settled?.size, 9);
  for (const size of [0, 25]) assert.deepEqual(ids(logKey, size), [first.keyId, next.keyId]);
});
