import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
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
import { type LogVerifier, logVerifierOf } from './log-verifier.ts';
import { generateLogKey, type SigningKey } from './note-key.ts';
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

test('keys sign the sizes of their spans, and both while they overlap', () => {
  const ids = (size: number): number[] => logKey.at(size).map(({ keyId }) => keyId);
  assert.deepEqual(ids(0), [first.keyId]);
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
