import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { checkAnchoredProof, parseAnchoredProof } from '../../src/anchoring/anchored-proof.ts';
import { Fault, orThrow } from '../../src/base/fault.ts';
import type { ApiClient } from '../../src/cli/client.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { MemberName } from '../../src/identifiers/member-name.ts';
import { openCheckpoint } from '../../src/ledger/checkpoint.ts';
import { parseLogKey } from '../../src/ledger/note-key.ts';
import { logVerifierOf } from '../../src/ledger/log-verifier.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { verifyLog } from '../../src/ledger/verify.ts';
import { makeNextKey } from '../../src/node/member-keys.ts';
import type { Health } from '../../src/node/health.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { deskOf, layOutOperators } from '../support/consortium.ts';
import { decide, governedBy } from '../support/decide.ts';

const NAMES = ['one', 'two', 'three'];
const TWO = 'two' as MemberName;
const TIMEOUT_MS = 150_000;
const ATTEMPTS_MAX = 40;
const INTERVAL_MS = 750;

describe(
  'a member exchanges the keys of its log and of its witness while statements flow',
  { timeout: TIMEOUT_MS },
  () => {
    let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
    let nodes: RunningNode[];
    const faults = new Set<string>();
    let reported = 0;

    before(async () => {
      laidOut = await layOutOperators(NAMES);
      nodes = await startNodes(laidOut.members);
      await untilLevel(nodes, { clock: systemClock });
    });
    after(async () => {
      await stopNodes(nodes);
      await laidOut.remove();
    });

    /** A statement of `two`, which every node must have under a quorum. */
    const state = async (): Promise<number> => {
      const imei = imeiOf(++reported);
      await (await deskOf(nodes[1]!)).ask('POST', '/v1/device-cases', { body: { devices: [imei], reason: 'stolen' } });
      let size = 0;
      await until(`statement ${reported} is witnessed everywhere`, async () => {
        const views = await Promise.all(nodes.map(healthOf));
        for (const { logs } of views) for (const { fault } of logs) if (fault !== undefined) faults.add(fault);
        const own = views.map(({ logs }) => logs.find(({ name }) => name === TWO)!);
        size = own[1]!.size;
        return own.every(({ witnessedSize }) => witnessedSize >= reported && witnessedSize === size);
      });
      return size;
    };

    it('nothing is lost, nobody finds fault, and the whole log verifies', async () => {
      const { members } = laidOut;
      const keeper = { keeper: members[0]!, url: nodes[0]!.addresses.api };
      const size = await state();
      const vkey = await makeNextKey(members[1]!.folder, 'log');
      const witness = await makeNextKey(members[1]!.folder, 'witness');
      const sizes = { fromSize: size + 2, toSize: size + 4 };
      await decide(members, keeper, ({ members: governed }) => {
        const { witnessKeys } = governed.find(({ name }) => name === TWO)!;
        return {
          kind: 'member.keys',
          member: TWO,
          keys: { log: { vkey, ...sizes }, witness: [...witnessKeys, witness] },
        };
      });
      for (let count = 0; count < 6; count++) await state();
      await decide(members, keeper, () => ({ kind: 'member.keys', member: TWO, keys: { witness: [witness] } }));
      // Its witness is needed: of two others, both.
      await (
        await deskOf(nodes[0]!)
      ).ask('POST', '/v1/device-cases', {
        body: { devices: [imeiOf(90)], reason: 'stolen' },
      });
      await until('the new witness key counts alone', async () => {
        const own = (await healthOf(nodes[2]!)).logs.find(({ name }) => name === 'one')!;
        return own.size > 0 && own.witnessedSize === own.size;
      });
      await state();
      assert.deepEqual([...faults], []);
      const { consortium } = await governedBy(members[0]!);
      const { logKeys } = consortium.members.find(({ name }) => name === TWO)!;
      assert.deepEqual(
        logKeys.map(({ fromSize, toSize }) => [fromSize, toSize]),
        [
          [0, sizes.toSize],
          [sizes.fromSize, undefined],
        ],
      );
      const verifier = orThrow(logVerifierOf(logKeys));
      const verified = await verifyLog({
        source: new FolderSource(dataFolder(members[1]!.folder).log),
        logKey: verifier,
      });
      assert.ok(verified.size > sizes.toSize);

      // And it starts again with what it has now.
      await stopNodes([nodes[1]!]);
      [nodes[1]] = (await startNodes([members[1]!])) as [RunningNode];
      await untilLevel(nodes, { clock: systemClock });
      await state();
    });

    it('its own log goes on under its next key, and what was sealed before and after is proven', async () => {
      const { members } = laidOut;
      const desk = await deskOf(nodes[1]!);
      const before = await seal(desk, 'before');
      const vkey = await makeNextKey(members[1]!.folder, 'own-log');
      const keeper = { keeper: members[0]!, url: nodes[0]!.addresses.api };
      await decide(members, keeper, () => ({ kind: 'member.keys', member: TWO, keys: { ownLog: vkey } }));
      const nextKey = orThrow(parseLogKey(vkey));
      let number = 0;
      let after = before;
      await until('the next key signs the own log', async () => {
        after = await seal(desk, `after ${++number}`);
        const checkpoint = await readFile(join(dataFolder(members[1]!.folder).ownLog, 'checkpoint'));
        return !(openCheckpoint(checkpoint, nextKey) instanceof Fault);
      });
      await desk.ask('POST', '/v1/anchors');
      const { consortium } = await governedBy(members[0]!);
      const sharedKey = orThrow(logVerifierOf(consortium.members.find(({ name }) => name === TWO)!.logKeys));
      for (const index of [before, after]) {
        await until(`entry ${index} is anchored`, async () => {
          const made = await desk.ask<{ proof: string }>('GET', `/v1/evidence/${index}/proof`).catch(() => undefined);
          if (made === undefined) return false;
          orThrow(
            checkAnchoredProof(orThrow(parseAnchoredProof(Buffer.from(made.proof))), { sharedKey, witnessKeys: [] }),
          );
          return true;
        });
      }
    });
  },
);

/** @returns the entry's index in the own log */
async function seal(desk: ApiClient, text: string): Promise<number> {
  const body = { sha256: createHash('sha256').update(text).digest('hex'), size: text.length };
  const { entry } = await desk.ask<{ entry: { index: number } }>('POST', '/v1/evidence', { body });
  return entry.index;
}

async function healthOf({ addresses }: RunningNode): Promise<Health> {
  return (await (await fetch(`${addresses.api}/healthz`)).json()) as Health;
}

/** A number with its check digit (3GPP TS 23.003 annex B). */
function imeiOf(serial: number): string {
  const digits = `35209900${String(100_000 + serial * 37).padStart(6, '0')}`;
  const sum = Array.from(digits).reduce((total, digit, place) => {
    const value = place % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await isSo()) return;
    await wait(INTERVAL_MS);
  }
  assert.fail(what);
}
