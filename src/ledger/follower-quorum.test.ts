import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cosigned } from '../../test/support/cosigned.ts';
import { type Followed, follow, NOWHERE, unreachableLog } from '../../test/support/follow.ts';
import { serveLog } from '../../test/support/ledger.ts';
import { until } from '../../test/support/nodes.ts';
import { generateWitnessKey } from './cosignature.ts';
import type { FollowerOptions } from './follower.ts';
import { WITNESSED_PATH } from './layout.ts';
import type { Quorum } from './quorum.ts';

const WITNESSES = ['narae', 'duru', 'sakura', 'gaon'].map((name) => generateWitnessKey(`witness.${name}.example`));

function ofAll(threshold: number): Quorum {
  return { witnesses: WITNESSES.map(({ name, witnessKey }) => ({ name, keys: [witnessKey] })), threshold };
}

interface Setting {
  readonly base: string;
  readonly logFolder: string;
  readonly options: FollowerOptions;
  /** The log's checkpoint with the cosignatures of these. */
  note(...witnesses: number[]): string;
  /** Writes the file that the log's owner writes. */
  publish(note: string): void;
  /** What the mirror serves to others. */
  mirrored(this: void): string;
}

async function setUp(t: TestContext): Promise<Setting> {
  const { base, place, log, options } = await unreachableLog(t, 10);
  return {
    base,
    logFolder: place.folder,
    options,
    note: (...witnesses) =>
      witnesses.reduce((note, one) => cosigned(note, WITNESSES[one]!, 1_000), log.checkpoint.note),
    publish: (note) => writeFileSync(join(place.folder, WITNESSED_PATH), note),
    mirrored: () => readFileSync(join(options.folder, WITNESSED_PATH), 'utf8'),
  };
}

/** Another's copy of the log, or what one witness shows of it. */
async function copyWith(t: TestContext, { base, logFolder }: Setting, path: string, note: string): Promise<string> {
  const folder = join(base, `copy-${Math.random()}`);
  if (path === WITNESSED_PATH) cpSync(logFolder, folder, { recursive: true });
  else mkdirSync(folder);
  writeFileSync(join(folder, path), note);
  return (await serveLog(t, folder)).url;
}

async function isTaken({ mirrored }: Setting, followed: Followed, note: string): Promise<void> {
  while (mirrored() !== note) await followed.untilCurrent(10);
}

test('when the quorum rises the mirror takes the same checkpoint with more cosignatures, and tells of it once', async (t) => {
  const setting = await setUp(t);
  const { url } = await serveLog(t, setting.logFolder);
  const told: number[] = [];
  let quorum = ofAll(2);
  const options = { ...setting.options, url };
  const dependencies = { quorums: () => [quorum], onWitnessed: ({ size }: { size: number }) => void told.push(size) };
  const followed = await follow(t, options, undefined, dependencies);
  setting.publish(setting.note(0, 1));
  await followed.until(({ witnessedSize }) => witnessedSize === 10);
  assert.equal(setting.mirrored(), setting.note(0, 1));
  quorum = ofAll(3);
  // What was in force stays so, and says what is the matter with it.
  const { witnessedSize } = await followed.until(({ witnessedFault }) => witnessedFault === 'QUORUM_NOT_MET');
  assert.deepEqual([witnessedSize, setting.mirrored()], [10, setting.note(0, 1)]);
  setting.publish(setting.note(0, 1, 2));
  await isTaken(setting, followed, setting.note(0, 1, 2));
  assert.equal((await followed.untilCurrent(10)).witnessedFault, undefined);
  // One that does gives way to none that does not, nor to another that does.
  for (const other of [setting.note(0, 3), setting.note(0, 1, 3)]) {
    setting.publish(other);
    await followed.untilCurrent(10);
    assert.equal(setting.mirrored(), setting.note(0, 1, 2));
  }
  // After a start too.
  await followed.follower.close();
  setting.publish(setting.note(0, 1));
  const again = await follow(t, options, undefined, dependencies);
  await again.untilCurrent(0);
  assert.equal(setting.mirrored(), setting.note(0, 1, 2));
  assert.deepEqual(told, [10, 10]);
});

test('from copies of which only one has the quorum of today, that one is taken', async (t) => {
  const setting = await setUp(t);
  const notes = [setting.note(0, 1), setting.note(), setting.note(0, 1, 2)];
  const copies = await Promise.all(notes.map((note) => copyWith(t, setting, WITNESSED_PATH, note)));
  const followed = await follow(t, setting.options, undefined, { quorums: () => [ofAll(3)], mirrors: () => copies });
  await followed.until(({ witnessedSize }) => witnessedSize === 10);
  assert.equal(setting.mirrored(), setting.note(0, 1, 2));
});

test('what copies and witnesses have among them is a quorum, which the owner gathers no more', async (t) => {
  const setting = await setUp(t);
  const copy = await copyWith(t, setting, WITNESSED_PATH, setting.note(0, 1));
  const shown = await Promise.all([
    copyWith(t, setting, 'checkpoint', setting.note(1)),
    // A wrong word spoils itself alone.
    copyWith(t, setting, 'checkpoint', setting.note(2).replace(/.{8}\n$/, 'AAAAAA==\n')),
    copyWith(t, setting, 'checkpoint', setting.note(3)),
  ]);
  const dependencies = { mirrors: () => [copy], witnesses: () => [NOWHERE, ...shown] };
  const settled = await follow(t, setting.options, undefined, { ...dependencies, quorums: () => [ofAll(3)] });
  await settled.until(({ witnessedSize }) => witnessedSize === 10);
  assert.equal(setting.mirrored(), setting.note(0, 1, 3));
  await settled.follower.close();

  const folder = join(setting.base, 'newcomer');
  const all = { ...dependencies, quorums: () => [ofAll(4)] };
  const newcomer = await follow(t, { ...setting.options, folder }, undefined, all);
  await until(() => newcomer.follower.state().witnessedFault === 'QUORUM_NOT_MET');
  const { deliveredSize, witnessedSize } = newcomer.follower.state();
  assert.deepEqual([deliveredSize, witnessedSize], [10, 0]);
});
