import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../base/log.ts';
import type { Statement } from '../statements/statement.ts';
import { DEVICES, entryOf, foldSettled, type Logs, logs, MEMBERS, TAGS } from '../../test/support/standing.ts';
import { StandingError } from './fault.ts';
import { Findings } from './findings.ts';
import { LOG_SIZE_MAX } from './memory.ts';
import { writeBookFile } from './book-file.ts';
import { SnapshotError } from './snapshot-reader.ts';
import { Standing } from './standing.ts';

const [A] = DEVICES;
const target = { kind: 'imei', imei: A! } as const;
const blocked: Statement = { kind: 'device.blocked', target, reason: 'stolen' };
const ROOTS = new Map(MEMBERS.map(({ name }, number) => [name, (number + 1).toString(16).padStart(64, '0')]));
const rootAt = (member: string): Promise<string | undefined> => Promise.resolve(ROOTS.get(member));
const deps = { log: silentLog };

let folder: string;
let file: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'standing-'));
  file = join(folder, 'snapshot');
});
after(() => rm(folder, { recursive: true }));

function folded(read: Logs): Standing {
  const standing = new Standing({ members: MEMBERS }, deps);
  for (const [number, log] of read.entries()) fold(standing, number, log);
  return standing;
}

function fold(standing: Standing, number: number, statements: readonly Statement[]): void {
  const { name } = MEMBERS[number]!;
  foldSettled(
    standing,
    name,
    statements.map((statement) => entryOf(name, statement)),
  );
}

function findAll(standing: Standing): number[][] {
  const reader = standing.openReader();
  const findings = new Findings(MEMBERS.length);
  return DEVICES.map((key) => {
    const count = reader.find(key, findings);
    return Array.from({ length: count }, (_, at) => [
      findings.member(at),
      findings.index(at),
      findings.code(at),
    ]).flat();
  });
}

function load(path = file, options: Partial<Parameters<typeof Standing.fromSnapshot>[1]> = {}): Promise<Standing> {
  return Standing.fromSnapshot(path, { members: MEMBERS, rootAt, ...options }, deps);
}

/** A snapshot with something in each of its parts. */
async function writeExample(): Promise<Buffer> {
  const standing = folded([
    [blocked, { kind: 'gate.opened' }, { kind: 'device.paired', imei: A!, tag: TAGS[0]! }],
    [{ kind: 'device.tracked', target: { kind: 'range', from: A!, to: DEVICES[5]! }, reason: 'lost' }],
    [{ kind: 'device.released', target, ends: { member: 'saerom', index: 5 }, reason: 'overruled' }],
    [],
  ]);
  await standing.writeSnapshot(file, ROOTS);
  return readFile(file);
}

async function assertRefused(bytes: Uint8Array, codes: readonly string[], why: string): Promise<void> {
  const damaged = join(folder, 'damaged');
  await writeFile(damaged, bytes);
  await assert.rejects(load(damaged), (error) => {
    assert(error instanceof SnapshotError, why);
    assert(codes.includes(error.facts.code), `${why}: ${error.facts.code}`);
    return true;
  });
}

describe('a snapshot', () => {
  it('gives back the same standing, which goes on from there as the original does', async () => {
    await fc.assert(
      fc.asyncProperty(logs, logs, async (read, more) => {
        const standing = folded(read);
        await standing.writeSnapshot(file, ROOTS);
        const loaded = await load();
        assert.equal(loaded.digest(), standing.digest());
        assert.deepEqual(findAll(loaded), findAll(standing));
        for (const [number, log] of more.entries()) {
          fold(standing, number, log);
          fold(loaded, number, log);
        }
        assert.equal(loaded.digest(), standing.digest());
        assert.deepEqual(findAll(loaded), findAll(standing));
      }),
      { numRuns: 25 },
    );
  });

  it('has the same bytes whatever the order of the logs, growth and hash keys', async () => {
    const many = (number: number): Statement[] =>
      DEVICES.flatMap((imei) =>
        Array.from({ length: 9 + number }, () => ({ ...blocked, target: { kind: 'imei', imei } })),
      );
    const read = [many(0), many(1), many(2), many(3)];
    await folded(read).writeSnapshot(file, ROOTS);
    const first = await readFile(file);
    const other = new Standing({ members: MEMBERS, devicesExpected: 100_000 }, deps);
    for (const number of [3, 1, 0, 2]) fold(other, number, read[number]!);
    await other.writeSnapshot(file, ROOTS);
    assert.deepEqual(await readFile(file), first);
  });

  it('is of the moment of the call, though entries are folded while it is written', async () => {
    const standing = folded([[blocked], [], [], []]);
    const before = standing.digest();
    const written = standing.writeSnapshot(file, ROOTS);
    for (let round = 0; round < 50; round++) {
      fold(
        standing,
        1,
        DEVICES.map((imei): Statement => ({ ...blocked, target: { kind: 'imei', imei } })),
      );
      await Promise.resolve();
    }
    fold(standing, 0, [{ kind: 'device.released', target, ends: { member: 'hanbit', index: 0 }, reason: 'withdrawn' }]);
    await assert.rejects(standing.writeSnapshot(file, ROOTS), { code: 'ERR_ASSERTION' });
    await written;
    assert.notEqual(standing.digest(), before);
    assert.equal((await load()).digest(), before);
  });

  it('asks for the root of each log that has entries, at the size it rests on', async () => {
    await writeExample();
    const asked: [string, number][] = [];
    await load(file, {
      rootAt: (member, size) => {
        asked.push([member, size]);
        return rootAt(member);
      },
    });
    assert.deepEqual(asked, [
      ['hanbit', 3],
      ['saerom', 1],
      ['gwan', 1],
    ]);
  });
});

describe('a snapshot of no use', () => {
  it('is refused when cut off anywhere', async () => {
    const whole = await writeExample();
    for (let length = 0; length < whole.length; length += length < 40 || length > whole.length - 40 ? 1 : 17) {
      await assertRefused(whole.subarray(0, length), ['SNAPSHOT_CORRUPT'], `cut to ${length} octets`);
    }
  });

  it('is refused when an octet is changed, wherever', async () => {
    const whole = await writeExample();
    for (let at = 0; at < whole.length; at += at < 40 || at > whole.length - 40 ? 1 : 13) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      // What stands before the header's digest is compared first, and may make the snapshot look like another's.
      await assertRefused(
        changed,
        at < 16 ? ['SNAPSHOT_CORRUPT', 'SNAPSHOT_STALE'] : ['SNAPSHOT_CORRUPT'],
        `octet ${at}`,
      );
    }
  });

  it('is refused when something follows', async () => {
    await assertRefused(Buffer.concat([await writeExample(), Buffer.alloc(1)]), ['SNAPSHOT_CORRUPT'], 'an octet more');
    await assertRefused(Buffer.alloc(10_000), ['SNAPSHOT_CORRUPT'], 'zeros');
  });

  it('is stale for another basis, other members, roles, roots, a shorter log, or a newer version', async () => {
    const whole = await writeExample();
    const renamed = MEMBERS.map((member, number) => (number === 2 ? { ...member, name: 'other' } : member));
    const swapped = [MEMBERS[1]!, MEMBERS[0]!, ...MEMBERS.slice(2)];
    const promoted = MEMBERS.map((member) => ({ ...member, roles: ['regulator' as const] }));
    const newer = Buffer.from(whole);
    newer[8]! += 1;
    await writeFile(join(folder, 'newer'), newer);
    const otherRoot = (member: string): Promise<string | undefined> =>
      Promise.resolve(member === 'gwan' ? '0'.repeat(64) : ROOTS.get(member));
    const cases: [string, () => Promise<Standing>][] = [
      ['members', () => load(file, { members: renamed })],
      ['members', () => load(file, { members: swapped })],
      ['members', () => load(file, { members: MEMBERS.slice(1) })],
      ['roles', () => load(file, { members: promoted })],
      ['root', () => load(file, { rootAt: otherRoot })],
      ['root', () => load(file, { rootAt: () => Promise.resolve(undefined) })],
      ['version', () => load(join(folder, 'newer'))],
      ['basis', () => load(file, { basis: 'ab'.repeat(32) })],
    ];
    for (const [what, loading] of cases) {
      await assert.rejects(loading(), (error) => {
        assert(error instanceof SnapshotError && error.facts.code === 'SNAPSHOT_STALE');
        return error.facts.what === what;
      });
    }
  });

  it('is named when it is missing, and when it cannot be read', async () => {
    const codeOf = (error: unknown): string => (error instanceof SnapshotError ? error.facts.code : '');
    await assert.rejects(load(join(folder, 'nothing')), (error) => codeOf(error) === 'SNAPSHOT_MISSING');
    await assert.rejects(load(folder), (error) => codeOf(error) === 'SNAPSHOT_UNREADABLE');
  });

  it('leaves the old one in place when a new one cannot be written', async () => {
    const whole = await writeExample();
    const standing = folded([[blocked], [], [], []]);
    await assert.rejects(standing.writeSnapshot(join(folder, 'no such folder', 'snapshot'), ROOTS), { code: 'ENOENT' });
    assert.deepEqual(await readFile(file), whole);
    await standing.writeSnapshot(file, ROOTS);
    assert.equal((await load()).digest(), standing.digest());
  });
});

describe('the longest log', () => {
  it('is folded up to 2^30 entries and no further', async () => {
    const whole = await writeExample();
    const at = whole.indexOf('hanbit') + 'hanbit'.length + 1;
    whole.writeUInt32LE(LOG_SIZE_MAX - 1, at);
    const headerEnd = whole.indexOf('maru') + 'maru'.length + 1 + 8 + 32;
    createHash('sha256').update(whole.subarray(0, headerEnd)).digest().copy(whole, headerEnd);
    createHash('sha256')
      .update(whole.subarray(0, -32))
      .digest()
      .copy(whole, whole.length - 32);
    await writeFile(file, whole);
    await writeBookFile(`${file}.books`, {
      sizes: new Map(MEMBERS.map(({ name }) => [name, { folded: LOG_SIZE_MAX, settled: LOG_SIZE_MAX }])),
      entries: [],
    });
    const standing = await load();
    const statements: Statement[] = [
      { kind: 'gate.restored', ends: { member: 'hanbit', index: 1 } },
      { kind: 'gate.opened' },
    ];
    assert.equal(
      standing.fold('hanbit', LOG_SIZE_MAX - 1, [entryOf('hanbit', { ...blocked, reason: 'lost' })]).stated,
      1,
    );
    assert.throws(
      () => fold(standing, 0, statements),
      (error) => error instanceof StandingError && error.facts.code === 'STANDING_LOG_TOO_LONG',
    );
    assert.equal(standing.foldedSize('hanbit'), LOG_SIZE_MAX);
    assert.deepEqual(findAll(standing)[0]!.slice(0, 6), [0, 0, 0, 0, LOG_SIZE_MAX - 1, 1]);
  });
});
