import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
} from '../../test/support/ledger.ts';
import { flipBit } from '../../test/support/written-log.ts';
import { HandClock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { cosigner, generateWitnessKey } from './cosignature.ts';
import { verifyEquivocation } from './equivocation.ts';
import type { FollowerOptions } from './follower.ts';
import { signatureLine } from './note.ts';
import type { Quorum } from './quorum.ts';
import type { Sequencer } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';

const witnesses = ['narae', 'duru', 'sakura'].map((name) => generateWitnessKey(`witness.${name}.example`));
const quorum: Quorum = {
  witnesses: witnesses.map(({ name, witnessKey }) => ({ name, keys: [witnessKey] })),
  threshold: 2,
};

interface Setting {
  readonly base: string;
  readonly place: LogPlace;
  readonly log: Sequencer;
  readonly server: ServedLog;
  readonly options: FollowerOptions;
}

async function setUp(t: TestContext, size: number): Promise<Setting> {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await openLog(t, place);
  if (size > 0) await log.append(numberedEntries(0, size));
  const server = await serveLog(t, place.folder);
  return {
    base,
    place,
    log,
    server,
    options: { folder: join(base, 'mirror'), logKey: place.signingKey.logKey, url: server.url },
  };
}

function cosigned(note: string, count = 2): string {
  const text = Buffer.from(note.slice(0, note.lastIndexOf('\n\n') + 1));
  const lines = witnesses.slice(0, count).map((witness) => {
    const signer = cosigner(witness, new HandClock());
    return signatureLine({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) });
  });
  return note + lines.join('');
}

/** Writes the file that the owner of the log writes. */
function publish({ place }: Setting, note: string): void {
  writeFileSync(join(place.folder, 'checkpoint.witnessed'), note);
}

/** The same log, grown another way by an owner who signs both. */
async function fork(
  t: TestContext,
  { base, place, log }: Setting,
  size: number,
): Promise<{ place: LogPlace; note: string }> {
  const forked = logPlace(join(base, 'forked'), place.signingKey);
  const before = log.size;
  cpSync(place.folder, forked.folder, { recursive: true });
  cpSync(place.signingFolder, forked.signingFolder, { recursive: true, filter: (file) => !file.includes('lock') });
  const other = await openLog(t, forked);
  await other.append(numberedEntries(90_000, 90_000 + size - before));
  await other.close();
  return { place: forked, note: other.checkpoint.note };
}

test('a checkpoint with a quorum is told after its entries, kept, and served by the mirror', async (t) => {
  const setting = await setUp(t, 300);
  const told: [size: number, entries: number][] = [];
  const followed: Followed = await follow(t, setting.options, undefined, {
    quorums: () => [quorum],
    onWitnessed: ({ size }) => void told.push([size, followed.entries.length]),
  });
  await followed.untilCurrent(300);
  assert.equal(followed.follower.state().witnessedSize, 0);
  const note = cosigned(setting.log.checkpoint.note);
  await setting.log.append(numberedEntries(300, 301));
  publish(setting, note);
  await followed.until(({ witnessedSize, deliveredSize }) => witnessedSize === 300 && deliveredSize === 301);
  assert.equal(readFileSync(join(setting.options.folder, 'checkpoint.witnessed'), 'utf8'), note);
  publish(setting, cosigned(setting.log.checkpoint.note));
  await followed.until(({ witnessedSize }) => witnessedSize === 301);
  assert.deepEqual(
    told.map(([size]) => size),
    [300, 301],
  );
  assert.ok(told.every(([size, entries]) => entries >= size));
});

test('it never goes back: not by an older file, not by none, not by a restart', async (t) => {
  const setting = await setUp(t, 10);
  const older = cosigned(setting.log.checkpoint.note);
  await setting.log.append(numberedEntries(10, 20));
  publish(setting, cosigned(setting.log.checkpoint.note));
  const first = await follow(t, setting.options, undefined, { quorums: () => [quorum] });
  await first.until(({ witnessedSize }) => witnessedSize === 20);
  await setting.log.append(numberedEntries(20, 21));
  publish(setting, older);
  await first.untilCurrent(21);
  assert.equal(first.follower.state().witnessedSize, 20);
  rmSync(join(setting.place.folder, 'checkpoint.witnessed'));
  await first.follower.close();
  const told: number[] = [];
  // Who gave the quorum may have exchanged their keys since.
  const none = { witnesses: [], threshold: 1 };
  const second = await follow(t, setting.options, undefined, {
    quorums: () => [none],
    onWitnessed: ({ size }) => void told.push(size),
  });
  await second.untilCurrent(0);
  assert.equal(second.follower.state().witnessedSize, 20);
  assert.deepEqual(told, [20]);
});

test('a receiver that needs the entries hears of it only once a damaged mirror is mended', async (t) => {
  const setting = await setUp(t, 20);
  publish(setting, cosigned(setting.log.checkpoint.note));
  const first = await follow(t, setting.options, undefined, { quorums: () => [quorum] });
  await first.until(({ witnessedSize }) => witnessedSize === 20);
  await first.follower.close();
  await flipBit(join(setting.options.folder, 'tile/entries/000.p/20'), -1);
  const told: number[] = [];
  const second: Followed = await follow(t, setting.options, undefined, {
    quorums: () => [quorum],
    onWitnessed: async ({ size }) => {
      for await (const { entries } of second.follower.entries(0, size)) told.push(entries.length);
    },
  });
  await second.untilCurrent(20);
  assert.deepEqual(told, [20]);
});

for (const [why, code, spoil] of [
  ['too few cosignatures', 'QUORUM_NOT_MET', (note: string) => cosigned(note, 1)],
  [
    'a wrong cosignature',
    'NOTE_SIGNATURE_WRONG',
    (note: string) =>
      cosigned(note)
        .replace(/.{8}==\n$/, 'AAAAAAAA==\n')
        .replace(/[^=]{8}\n$/, 'AAAAAAAA\n'),
  ],
  ['an error page', 'NOTE_MALFORMED', () => '<html>'],
  ['a file without end', 'SOURCE_TOO_LARGE', () => 'x'.repeat(300_000)],
] as const) {
  test(`${why} makes no quorum, and holds up no entry`, async (t) => {
    const setting = await setUp(t, 10);
    publish(setting, spoil(setting.log.checkpoint.note));
    const followed = await follow(t, setting.options, undefined, { quorums: () => [quorum] });
    await followed.until(({ witnessedFault }) => witnessedFault !== undefined);
    await setting.log.append(numberedEntries(10, 20));
    const { witnessedFault, witnessedSize } = await followed.untilCurrent(20);
    assert.deepEqual([witnessedFault, witnessedSize], [code, 0]);
    publish(setting, cosigned(setting.log.checkpoint.note));
    const well = await followed.until((state) => state.witnessedSize === 20);
    assert.equal(well.witnessedFault, undefined);
  });
}

test('what its receiver refuses comes again', async (t) => {
  const setting = await setUp(t, 10);
  publish(setting, cosigned(setting.log.checkpoint.note));
  let refusals = 0;
  const told: number[] = [];
  const followed = await follow(t, setting.options, undefined, {
    quorums: () => [quorum],
    onWitnessed({ size }) {
      if (refusals++ < 2) throw new Fault({ code: 'TEST_REFUSED' });
      told.push(size);
    },
  });
  await followed.untilFault('FOLLOW_FAILED');
  await followed.until(() => told.length > 0);
  assert.deepEqual(told, [10]);
});

test('a witnessed checkpoint of another tree is a fork', async (t) => {
  for (const size of [20, 25]) {
    const setting = await setUp(t, 10);
    const forked = await fork(t, setting, size);
    await setting.log.append(numberedEntries(10, 20));
    const proofs: string[] = [];
    const followed = await follow(t, setting.options, undefined, {
      quorums: () => [quorum],
      onEquivocation: (proof) => void proofs.push(proof),
    });
    await followed.untilCurrent(20);
    // Larger than what is held, its tiles must be there to convict.
    const good = setting.server.handler;
    const other = serveFolder(forked.place.folder);
    publish(setting, cosigned(forked.note));
    setting.server.handler = (path, request, response) =>
      (size > 20 && path.startsWith('tile/') ? other : good)(path, request, response);
    await followed.untilFault('FOLLOW_FORKED');
    orThrow(verifyEquivocation(Buffer.from(proofs[0]!), setting.options.logKey));
    assert.equal(followed.follower.state().witnessedSize, 0);
  }
});

test('what others were shown is held against the mirror, at once or when it has come so far', async (t) => {
  const setting = await setUp(t, 300);
  const honest = setting.log.checkpoint.note;
  const forked = await fork(t, setting, 310);
  const { note } = forked;
  await setting.log.append(numberedEntries(300, 305));
  const followed = await follow(t, setting.options);
  await followed.untilCurrent(305);
  const { follower } = followed;
  assert.equal(await follower.compare(Buffer.from(honest)), undefined);
  await assert.rejects(
    follower.compare(Buffer.from(honest.replace('\n300\n', '\n299\n'))),
    faultCode('NOTE_SIGNATURE_WRONG'),
  );
  // It is larger than what is held: nothing can be said yet.
  assert.equal(await follower.compare(Buffer.from(note)), undefined);
  assert.equal(follower.state().fault, undefined);
  await setting.log.append(numberedEntries(305, 320));
  await followed.untilFault('FOLLOW_FORKED');
  const [proof] = follower.proofs();
  const shown = orThrow(verifyEquivocation(Buffer.from(proof!.proof), setting.options.logKey));
  assert.equal(shown.older.note, note);
  assert.equal(shown.newer.size, 320);
});

test('with the tiles of those who saw it, a larger checkpoint convicts at once; their wrong tiles convict nobody', async (t) => {
  const setting = await setUp(t, 300);
  const forked = await fork(t, setting, 310);
  await setting.log.append(numberedEntries(300, 305));
  const followed = await follow(t, setting.options);
  await followed.untilCurrent(305);
  const { follower } = followed;
  const note = Buffer.from(forked.note);
  await assert.rejects(follower.compare(note, new FolderSource(setting.options.folder)), Fault);
  assert.equal(follower.state().fault, undefined);
  assert.ok(await follower.compare(note, new FolderSource(forked.place.folder)));
  assert.equal(follower.state().fault?.code, 'FOLLOW_FORKED');
});

test('a proof that others found is taken over, and survives a restart', async (t) => {
  const setting = await setUp(t, 300);
  const forked = await fork(t, setting, 310);
  await setting.log.append(numberedEntries(300, 320));
  const one = await follow(t, setting.options);
  await one.untilCurrent(320);
  const proof = (await one.follower.compare(Buffer.from(forked.note)))!;

  const options = { ...setting.options, folder: join(setting.base, 'other') };
  const other = await follow(t, options);
  await other.untilCurrent(320);
  await assert.rejects(other.follower.takeProof(Buffer.from('no')), faultCode('EQUIVOCATION_MALFORMED'));
  await other.follower.takeProof(Buffer.from(proof));
  await other.follower.close();
  assert.ok(existsSync(join(options.folder, 'evidence')));
  const again = await follow(t, options);
  await again.untilFault('FOLLOW_FORKED');
});
