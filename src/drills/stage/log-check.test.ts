import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { seededRandom } from '../../base/seeded-random.ts';
import { type Line, Narrator } from '../../demo/story/narrator.ts';
import { parseDeviceTarget } from '../../identifiers/device-target.ts';
import { Fault, orThrow } from '../../base/fault.ts';
import { ENTRY_ID_SIZE } from '../../ledger/entry.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { Sequencer } from '../../ledger/sequencer.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { readSealingKeys } from '../../node/member-keys.ts';
import { EpochKeys } from '../../sealing/epoch-keys.ts';
import { encodeOwnEntry } from '../../statements/own-entry.ts';
import { REGISTER } from './consortium.ts';
import { governanceOf } from './council.ts';
import { digestOf } from './desk.ts';
import { logsLine, Promised } from './log-check.ts';
import { Pen } from './pen.ts';
import { Phones } from './phones.ts';
import { Stage } from './stage.ts';

const PHONES = 3;
/** One past the last entry of a log. */
const DONE = { member: 'narae', index: PHONES, attempts: 1 };

/** The logs that two members and the register wrote: no node is needed for them. */
describe('the check of every log after a drill', () => {
  let folder: string;
  let stage: Stage;
  const promised = new Promised();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-log-check-'));
    const cast = { operators: ['hanbit', 'narae'], hasRegulator: false };
    stage = await Stage.layOut({ folder, ...cast }, { clock: systemClock });
    const phones = new Phones(seededRandom(1));
    for (const member of stage.names) {
      const imeis = Array.from({ length: PHONES }, () => phones.next());
      await takeEpochKey(stage, member);
      await state(member, imeis);
      await seal(member, imeis);
      const done = imeis.map((imei, index) => ({ member, imei, index, attempts: 1 }));
      promised.statements.push(...done.map((one) => ({ ...one, caseNumber: '' })));
      promised.seals.push(...done.map(({ imei, ...one }) => ({ ...one, sha256: digestOf(imei) })));
    }
    for (const member of stage.names) await copyToOthers(stage, member);
  });
  after(() => rm(folder, { recursive: true }));

  it('holds where every log is whole and has what was acknowledged', async () => {
    const { held, text } = await check(promised);
    assert.equal(held, true, text);
    // Of each of three members the shared log with two mirrors, the own log, and the governance log or a copy.
    assert.match(
      text,
      /^15 logs and copies verify; of 18 entries, 0 of them anchors, 0 lost, 0 twice, 0 copies differ$/,
    );
  });

  for (const [what, place] of [
    ['a shared log', (root: string) => dataFolder(root).log],
    ['a mirror', (root: string) => join(dataFolder(root).mirrors, 'hanbit')],
    ['an own log', (root: string) => dataFolder(root).ownLog],
    ['a copy of the governance log', (root: string) => dataFolder(root).governanceLog],
  ] as const) {
    it(`fails where an octet of ${what} is another one`, async () => {
      const bundles = join(place(stage.folder('narae')), 'tile', 'entries', '000.p');
      const [width = ''] = await readdir(bundles);
      const file = join(bundles, width);
      const octets = await readFile(file);
      const flipped = Buffer.from(octets);
      flipped[flipped.length - 1]! ^= 1;
      await writeFile(file, flipped);
      try {
        await assert.rejects(check(promised), hasCode('LOG_HASH_WRONG'));
      } finally {
        await writeFile(file, octets);
      }
    });
  }

  for (const [what, more] of [
    ['a statement', { statements: [{ ...DONE, caseNumber: '', imei: '001017990000017' }], seals: [] }],
    ['a seal', { statements: [], seals: [{ ...DONE, sha256: digestOf('') }] }],
  ] as const) {
    it(`does not hold where ${what} was acknowledged that is not there`, async () => {
      const { statements, seals } = promised;
      const { held, text } = await check({
        statements: [...statements, ...more.statements],
        seals: [...seals, ...more.seals],
      });
      assert.equal(held, false);
      assert.match(text, / 1 lost, 0 twice, /);
    });
  }

  it('does not hold where an own log has what no desk was asked for, or has it twice', async () => {
    const { statements, seals } = promised;
    assert.equal((await check({ statements, seals: seals.slice(1) })).held, false);
    const imei = statements.find(({ member }) => member === 'narae')!.imei;
    await seal('narae', [imei]);
    const { held, text } = await check(promised);
    assert.equal(held, false);
    assert.match(text, / 0 lost, 1 twice, /);
  });

  function check(all: Promised): Promise<Line> {
    const narrator = new Narrator('check', { clock: systemClock, tell: () => undefined });
    return logsLine(stage, all, { step: 'check', narrator });
  }

  async function state(member: string, imeis: readonly string[]): Promise<void> {
    const pen = await Pen.open({ root: stage.folder(member), member });
    await pen.write(imeis.length, (place) => {
      const target = orThrow(parseDeviceTarget({ imei: imeis[place] }));
      return { timeMs: systemClock.nowMs(), statement: { kind: 'device.blocked', target, reason: 'stolen' } };
    });
    await pen.close();
  }

  async function seal(member: string, imeis: readonly string[]): Promise<void> {
    const { ownLog, ownSigning: signingFolder, ownLogKey } = dataFolder(stage.folder(member));
    const options = { folder: ownLog, signingFolder, signingKey: await readSigningKey(ownLogKey) };
    const sequencer = await Sequencer.open(options, { log: silentLog });
    const entries = imeis.map((imei) => {
      const envelope = { issuer: member, timeMs: systemClock.nowMs(), id: randomBytes(ENTRY_ID_SIZE) };
      const sha256 = Buffer.from(digestOf(imei), 'hex');
      return encodeOwnEntry(envelope, { kind: 'digest.sealed', subject: 'evidence', sha256, size: 1 });
    });
    await sequencer.append(entries);
    await sequencer.close();
  }
});

/** A node does so when it starts. */
async function takeEpochKey(stage: Stage, member: string): Promise<void> {
  const { root, epochKeys } = dataFolder(stage.folder(member));
  const [epoch] = (await governanceOf(stage)).consortium.epochs;
  const { number, keyDigest, wraps } = epoch!;
  const [sealingKey] = await readSealingKeys(root);
  const ring = await EpochKeys.open(epochKeys);
  await ring.take({ number, keyDigest, wrapped: wraps.get(member)! }, sealingKey!);
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && (error as Fault).facts.code === code;
}

/** As every member has them when all are level. */
async function copyToOthers(stage: Stage, member: string): Promise<void> {
  for (const other of stage.names.filter((name) => name !== member)) {
    const [from, to] = [dataFolder(stage.folder(member)), dataFolder(stage.folder(other))];
    await cp(from.log, join(to.mirrors, member), { recursive: true });
    if (member === REGISTER) await cp(from.governanceLog, to.governanceLog, { recursive: true });
  }
}
