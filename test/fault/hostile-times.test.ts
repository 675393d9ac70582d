import assert from 'node:assert/strict';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import type { Fault } from '../../src/base/fault.ts';
import type { ApiClient } from '../../src/cli/client.ts';
import { type LaidOutMember, layOutConsortium } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { QuarantineView } from '../../src/desks/quarantine/views.ts';
import { Pen } from '../../src/drills/stage/pen.ts';
import { parseDeviceTarget } from '../../src/identifiers/device-target.ts';
import { encodeMap } from '../../src/ledger/cbor.ts';
import type { CborMap } from '../../src/ledger/entry.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import type { DeviceCheckView } from '../../src/portals/device-check.ts';
import { EpochKeys } from '../../src/sealing/epoch-keys.ts';
import { encodeOpening, type EpochKey } from '../../src/sealing/seal.ts';
import type { DeviceListed } from '../../src/statements/statement.ts';
import { deskOf } from '../support/consortium.ts';
import { until, untilAnswer } from '../support/nodes.ts';

/** No date names it. */
const LATER_THAN_ALL_DATES = 9e15;
const HOSTILE = ['35209900176148', '35391805778151', '49015420323751'] as const;
/** One in a day is in force: the second is beyond the budget. */
const HONEST = ['35000001000001', '35000002000002'] as const;

describe('a member whose statements have times that no date can name', { timeout: 120_000 }, () => {
  let folder: string;
  let members: LaidOutMember[];
  let nodes: RunningNode[] = [];
  let first: number;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-times-'));
    const policy = { budgetFloor: { perHour: 1, perDay: 1, perTac: 1 } };
    const founders = [
      { name: 'hanbit', roles: ['operator'] },
      { name: 'narae', roles: ['operator', 'regulator'] },
    ];
    const gates = { equipment: { n5gEir: { port: 0 }, policy: { defaults: { s13: 'allowed', n5gEir: 'allowed' } } } };
    const common = { governanceFrom: ['../governance'], api: { port: 0 }, pages: { enabled: false }, gates };
    const file = ({ name: member }: { name: string }) => ({ member, ...common, log: { level: 'error' } });
    const consortium = { name: 'test', members: founders, policy };
    members = await layOutConsortium({ consortium, nodes: founders.map(file) }, folder);
    nodes = await startNodes(members);
    await untilLevel(nodes, { clock: systemClock });
    await stopNodes([nodes[0]!]);
    first = await writeHostile(members[0]!.folder);
    [nodes[0]] = (await startNodes([members[0]!])) as [RunningNode];
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });

  it('has them skipped and counted, and its other statements taken', async () => {
    const narae = nodes[1]!;
    await untilAnswer(narae, `${HONEST[0]}0`, 'BLACKLISTED');
    const metrics = await (await fetch(`${narae.addresses.api}/metrics`)).text();
    assert.match(metrics, new RegExp(`skipped_total\\{reason="malformed"\\} ${HOSTILE.length}\n`));
  });

  it('keeps nobody’s device check from answering', async () => {
    const desk = await deskOf(nodes[1]!);
    for (const imei of HOSTILE) assert.deepEqual(await checked(desk, imei), []);
    const [entry] = await checked(desk, HONEST[0]);
    assert.equal(entry?.member, 'hanbit');
    assert.match(entry.statedAt, /^20/);
  });

  it('keeps nobody’s view of the quarantine from answering', async () => {
    const desk = await deskOf(nodes[1]!);
    await until(async () => (await shown(desk)).quarantined === 1);
    const { since, until: last, statements } = await shown(desk);
    assert.match(`${since} ${last}`, /^20.* 20/);
    assert.deepEqual(
      statements.map(({ imei }) => imei),
      [HONEST[1]],
    );
    const { members: all } = await desk.ask<{ members: object[] }>('GET', '/v1/quarantine');
    assert.equal(all.length, 2);
  });

  it('gives a regulator nothing to overrule there, and says so', async () => {
    const desk = await deskOf(nodes[1]!);
    for (let index = first; index < first + HOSTILE.length; index++) {
      const asked = desk.ask('POST', '/v1/overrules', { body: { member: 'hanbit', index } });
      await assert.rejects(asked, (error) => (error as Fault).facts.code === 'STATEMENT_UNKNOWN');
    }
  });

  async function checked(desk: ApiClient, imei: string): Promise<DeviceCheckView['entries']> {
    const body = { imei, imsi: '450080000000001' };
    return (await desk.ask<DeviceCheckView>('POST', '/v1/device-checks', { body })).entries;
  }

  function shown(desk: ApiClient): Promise<QuarantineView> {
    return desk.ask<QuarantineView>('GET', '/v1/quarantine/hanbit');
  }
});

/** With the log's key and the epoch's, past the program that refuses to write them. @returns the first one's index */
async function writeHostile(root: string): Promise<number> {
  const keys = await EpochKeys.open(dataFolder(root).epochKeys);
  const epoch = keys.epochs.at(-1)!;
  const epochKey = { epoch, key: keys.keyOf(epoch)! };
  const nowMs = systemClock.nowMs();
  const [whole, ...more] = HOSTILE.map((imei) => ({ target: { imei }, reason: 'stolen' }));
  const hostile = [
    sealedBlock(whole!, LATER_THAN_ALL_DATES, epochKey),
    sealedBlock(more[0]!, LATER_THAN_ALL_DATES, epochKey),
    sealedBlock({ ...more[1]!, occurred: LATER_THAN_ALL_DATES }, nowMs, epochKey),
  ];
  const pen = await Pen.open({ root, member: 'hanbit' });
  try {
    const { firstIndex } = await pen.sequencer.append(hostile);
    await pen.write(HONEST.length, (place) => ({ timeMs: nowMs, statement: blocked(HONEST[place]!) }));
    return firstIndex;
  } finally {
    await pen.close();
  }
}

function blocked(imei: string): DeviceListed {
  const target = parseDeviceTarget({ imei }) as DeviceListed['target'];
  return { kind: 'device.blocked', target, reason: 'stolen' };
}

/** An entry as docs/sealing.md has it, of any time. */
function sealedBlock(body: CborMap, time: number, { epoch, key }: EpochKey): Uint8Array {
  const said = { v: 1, id: randomBytes(16), kind: 'device.blocked', time, epoch, issuer: 'hanbit' };
  const opening = { r: randomBytes(32), body };
  const commit = createHmac('sha256', opening.r)
    .update(encodeMap({ ...said, body }))
    .digest();
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(encodeMap({ ...said, commit }));
  const content = encodeOpening(opening);
  const padding = Buffer.alloc(64 - (content.length % 64));
  padding[0] = 0x80;
  const ciphertext = [cipher.update(content), cipher.update(padding), cipher.final()];
  return encodeMap({ ...said, commit, sealed: Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]) });
}
