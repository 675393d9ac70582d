import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { orThrow } from '../../src/base/fault.ts';
import type { CaseAnswer } from '../../src/desks/devices/opening.ts';
import type { CaseView } from '../../src/desks/devices/views.ts';
import type { ReceiptAnswer } from '../../src/desks/proofs/desk.ts';
import { readLogKey } from '../../src/ledger/note-key.ts';
import type { MemberName } from '../../src/identifiers/member-name.ts';
import type { Health } from '../../src/node/health.ts';
import { readRestating } from '../../src/node/restating-file.ts';
import type { StandingDigest } from '../../src/portals/dependencies.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { checkReceipt, parseReceipt } from '../../src/sealing/receipt.ts';
import { newSharedKey } from '../../src/sealing/shared-key.ts';
import { deskOf, layOutOperators } from '../support/consortium.ts';
import { decide } from '../support/decide.ts';

const [STAYS, RELEASED, LATER] = ['352099001761481', '353918057781516', '358240051111110'] as const;
const TIMEOUT_MS = 180_000;
const ATTEMPTS_MAX = 40;
/** The API counts what one address asks, and all of these ask from one. */
const INTERVAL_MS = 750;

describe('an epoch is exchanged for the next', { timeout: TIMEOUT_MS }, () => {
  let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
  let members: LaidOutMember[];
  let nodes: RunningNode[];
  const cases: Record<string, CaseAnswer> = {};

  before(async () => {
    laidOut = await layOutOperators(['one', 'two', 'three']);
    ({ members } = laidOut);
    nodes = await startNodes(members);
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await laidOut.remove();
  });

  const keeper = () => ({ keeper: members[0]!, url: nodes[0]!.addresses.api });
  const openEpoch = () =>
    decide(members, keeper(), async ({ epochs, members: named }) => ({
      kind: 'epoch.opened',
      number: epochs.length + 1,
      ...((await newSharedKey(named)) as { keyDigest: string; wraps: ReadonlyMap<MemberName, string> }),
    }));
  const endEpoch = async (number: number): Promise<void> => {
    const seen = (await readRestating(members[0]!.folder))!;
    const sizes = Object.entries(seen.members).map(([name, { size }]) => [name as MemberName, size] as const);
    await decide(members, keeper(), () => ({ kind: 'epoch.ended', number, restated: new Map(sizes) }));
  };

  /** The third node loses what it knew, and folds all from the logs. */
  const beginAnew = async (): Promise<void> => {
    await stopNodes([nodes[2]!]);
    await rm(join(members[2]!.folder, 'standing.snapshot'), { force: true });
    const [again] = await startNodes([members[2]!]);
    nodes[2] = again!;
  };

  it('every node states anew what it has in force, and each sees how far the others are', async () => {
    for (const imei of [STAYS, RELEASED]) cases[imei] = await report(nodes[1]!, imei);
    await untilAnswer(nodes[2]!, RELEASED, 'BLACKLISTED');
    await openEpoch();
    await until('all is stated anew', async () => {
      const { restating } = await healthOf(nodes[2]!);
      return restating?.epoch === 2 && restating.members.length === 3 && restating.members.every(isDone);
    });
    const { logs } = await healthOf(nodes[0]!);
    const two = logs.find(({ name }) => name === 'two')!;
    assert.equal(two.quarantined, 0);
    const size = two.size;
    await wait(5_000);
    const again = (await healthOf(nodes[0]!)).logs.find(({ name }) => name === 'two')!;
    // An anchor may have come.
    assert.ok(again.size <= size + 1, 'what was stated anew is not stated again');
  });

  it('a desk releases a case whose statement stands under another index now', async () => {
    await release(nodes[1]!, cases[RELEASED]!);
    for (const node of nodes) await untilAnswer(node, RELEASED, 'WHITELISTED');
    await untilAnswer(nodes[2]!, STAYS, 'BLACKLISTED');
  });

  it('the old key goes everywhere, and who lived through it stands as one does that begins after it', async () => {
    await until('the node of the keeper says that nothing rests on epoch 1', async () => {
      const seen = await readRestating(members[0]!.folder);
      return Object.values(seen?.members ?? {}).every(({ inForce }) => Object.keys(inForce).length === 0);
    });
    cases[LATER] = await report(nodes[0]!, LATER);
    await endEpoch(1);
    for (const { folder } of members) {
      await until('the key is destroyed', async () => !existsSync(join(folder, 'keys', 'epochs', '1.key')));
    }
    await beginAnew();
    await untilOne(nodes, 3);
    for (const node of nodes) {
      await untilAnswer(node, STAYS, 'BLACKLISTED');
      await untilAnswer(node, LATER, 'BLACKLISTED');
      await untilAnswer(node, RELEASED, 'WHITELISTED');
      assert.ok((await healthOf(node)).logs.every(({ quarantined }) => quarantined === 0));
    }
  });

  it('a person whose phone is blocked since before gets the receipt of what is stated now', async () => {
    const desk = await deskOf(nodes[1]!);
    const { case: number, entries } = cases[STAYS]!;
    const { statements } = await desk.ask<CaseView>('GET', `/v1/device-cases/${number}`);
    const { index } = statements[0]!.entry!;
    assert.ok(index > entries[0]!.entry.index, 'the case names where it stands now');
    const { receipt } = await desk.ask<ReceiptAnswer>('GET', `/v1/receipts/${index}`);
    const logKey = await readLogKey(join(members[1]!.folder, 'keys', 'log.vkey'));
    const received = orThrow(checkReceipt(orThrow(parseReceipt(Buffer.from(receipt))), { logKey }));
    assert.deepEqual([received.entry.kind, received.body['reference']], ['device.blocked', number]);
  });

  it('a change of roles is taken in by running nodes, as one that begins after it takes it', async () => {
    await decide(members, keeper(), () => ({
      kind: 'member.roles',
      member: 'three' as MemberName,
      roles: ['operator', 'regulator'],
    }));
    await untilOne(nodes, 4);
    await beginAnew();
    await untilOne(nodes, 4);
    const body = { member: 'one', index: cases[LATER]!.entries[0]!.entry.index };
    await (await deskOf(nodes[2]!)).ask('POST', '/v1/overrules', { body });
    for (const node of nodes) await untilAnswer(node, LATER, 'WHITELISTED');
    await untilOne(nodes);
  });

  it('and once more: a case that was opened two epochs ago is released at every node', async () => {
    await openEpoch();
    await until('all is stated anew', async () => {
      const { restating } = await healthOf(nodes[2]!);
      return restating?.epoch === 3 && restating.members.length === 3 && restating.members.every(isDone);
    });
    await until('the keeper sees it', async () => {
      const seen = await readRestating(members[0]!.folder);
      const counts = Object.values(seen?.members ?? {});
      return seen?.epoch === 3 && counts.every(({ inForce }) => Object.keys(inForce).length === 0);
    });
    await endEpoch(2);
    await until('the key is destroyed', async () => !existsSync(join(members[2]!.folder, 'keys', 'epochs', '2.key')));
    await beginAnew();
    await untilOne(nodes, 6);
    await untilAnswer(nodes[2]!, STAYS, 'BLACKLISTED');
    await release(nodes[1]!, cases[STAYS]!);
    for (const node of nodes) await untilAnswer(node, STAYS, 'WHITELISTED');
  });

  it('a member that was left out blocks under the key that it holds, says so, and comes level by a grant', async () => {
    const shared = { keyDigest: '', wraps: new Map<MemberName, string>() };
    await decide(members, keeper(), async ({ epochs, members: named }) => {
      const { keyDigest, wraps } = await newSharedKey(named);
      for (const [name, wrap] of wraps) shared.wraps.set(name as MemberName, wrap);
      shared.keyDigest = keyDigest;
      const given = new Map([...shared.wraps].filter(([name]) => name !== 'three'));
      return { kind: 'epoch.opened', number: epochs.length + 1, keyDigest, wraps: given };
    });
    await until('it says that the key is missing', async () => (await healthOf(nodes[2]!)).epochKeyMissing === 4);
    assert.equal((await healthOf(nodes[0]!)).epochKeyMissing, undefined);
    await report(nodes[2]!, RELEASED);
    for (const node of nodes) await untilAnswer(node, RELEASED, 'BLACKLISTED');
    const wraps = new Map([...shared.wraps].filter(([name]) => name === 'three'));
    await decide(members, keeper(), () => ({ kind: 'epoch.granted', number: 4, wraps }));
    await until('nothing is missing', async () => (await healthOf(nodes[2]!)).epochKeyMissing === undefined);
    await until('what was sealed under the old key is stated anew', async () => {
      const { restating } = await healthOf(nodes[0]!);
      return restating?.epoch === 4 && restating.members.length === 3 && restating.members.every(isDone);
    });
    await untilOne(nodes);
  });
});

function isDone({ inForce, undecided }: { inForce: number; undecided: number }): boolean {
  return inForce + undecided === 0;
}

async function healthOf({ addresses }: RunningNode): Promise<Health> {
  return (await (await fetch(`${addresses.api}/healthz`)).json()) as Health;
}

async function report(node: RunningNode, imei: string): Promise<CaseAnswer> {
  return (await deskOf(node)).ask<CaseAnswer>('POST', '/v1/device-cases', {
    body: { devices: [imei], reason: 'stolen' },
  });
}

async function release(node: RunningNode, { case: number }: CaseAnswer): Promise<void> {
  await (await deskOf(node)).ask('POST', `/v1/device-cases/${number}/release`, { body: { reason: 'recovered' } });
}

/** Waits until all rest on the same entries and the same governance: then they stand the same. */
async function untilOne(nodes: readonly RunningNode[], governedTo = 0): Promise<StandingDigest> {
  let digests: StandingDigest[] = [];
  await until('all nodes rest on the same', async () => {
    digests = [];
    for (const node of nodes) {
      digests.push(await (await deskOf(node)).ask<StandingDigest>('GET', '/v1/standing-digest'));
    }
    const [{ governance, logs }] = digests as [StandingDigest];
    if (governance < governedTo) return false;
    return digests.every((one) => one.governance === governance && isDeepStrictEqual(one.logs, logs));
  });
  assert.equal(new Set(digests.map(({ sha256 }) => sha256)).size, 1, 'and stand the same');
  return digests[0]!;
}

async function untilAnswer({ addresses }: RunningNode, imei: string, wanted: string): Promise<void> {
  const probe = await N5gEirProbe.connect({ apiRoot: `http://${addresses.n5gEir}` });
  await until(`${imei} ${wanted}`, async () => (await probe.check({ pei: `imei-${imei}` })).status === wanted);
  await probe.close();
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await isSo()) return;
    await wait(INTERVAL_MS);
  }
  assert.fail(what);
}
