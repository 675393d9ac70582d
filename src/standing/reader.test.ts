import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ImeiKey } from '../identifiers/imei.ts';
import { codeFor, memberFor, type ThreadOptions, type ThreadReport } from '../../test/support/standing-thread.ts';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { highWord, lowWord, shardOf } from './hash.ts';
import { devicePlace, kindOfCode, ownerWord, reasonOfCode } from './slots.ts';
import { StandingIndex } from './standing-index.ts';
import { BUCKET_WORDS, copySlot, Search, TABLES } from './bucket.ts';

const MEMBERS = 1000;
const hashKey = { low: 0x2545f491, high: 0x6c8e9cf5 };

/** Devices whose slots share one shard, so that its few buckets are written over and over. */
function devicesOfOneShard(count: number): ImeiKey[] {
  const keys: ImeiKey[] = [];
  for (let key = 35_209_900_000_000 as ImeiKey; keys.length < count; key = (key + 1) as ImeiKey) {
    if (shardOf(lowWord(devicePlace(key)), highWord(devicePlace(key))) === 9) keys.push(key);
  }
  return keys;
}

class Writer {
  readonly index: StandingIndex;
  readonly #held = new Map<ImeiKey, number>();
  #next = 0;

  constructor(onChange: (change: object) => void) {
    this.index = new StandingIndex(
      { hashKey },
      { onGrown: (table, shard, buffer) => onChange({ table, shard, buffer }) },
    );
  }

  /** Lists a device that is not, ends one that is. */
  toggle(key: ImeiKey): void {
    const target: DeviceTarget = { kind: 'imei', imei: key };
    const held = this.#held.get(key);
    if (held === undefined) {
      const index = this.#next++;
      const code = codeFor(key, index);
      const statement = { kind: kindOfCode(code), reason: reasonOfCode(code), target };
      this.index.hold(statement, { member: memberFor(key, index), index }, { overruled: false, quarantined: false });
      this.#held.set(key, index);
    } else {
      assert(this.index.end(target, { member: memberFor(key, held), index: held }));
      this.#held.delete(key);
    }
  }

  memory(): ThreadOptions['memory'] {
    return this.index.memory(Array.from({ length: MEMBERS }, (_, number) => `member-${number}`));
  }
}

describe('a reader in another thread', { timeout: 60_000 }, () => {
  it('sees no statement that was never made, and always those that stay, while the writer lists, ends and grows', async () => {
    const { port1, port2 } = new MessageChannel();
    const writer = new Writer((change) => port1.postMessage(change));
    const keys = devicesOfOneShard(600);
    const steady = keys.slice(0, 12);
    const restless = keys.slice(12, 24);
    for (const key of steady) writer.toggle(key);
    const options: ThreadOptions = { memory: writer.memory(), port: port2, steady, restless };
    const thread = new Worker(new URL('../../test/support/standing-thread.ts', import.meta.url), {
      workerData: options,
      transferList: [port2],
    });
    const reported = once(thread, 'message') as Promise<[ThreadReport]>;
    await once(port1, 'message');
    for (let round = 0; round < 400; round++) {
      for (let turn = 0; turn < 100; turn++) for (const key of restless) writer.toggle(key);
      // The rest only fill the shard, so that it grows and buckets overflow.
      for (const key of keys.slice(24, 24 + round)) writer.toggle(key);
      await setImmediate();
    }
    port1.postMessage('stop');
    const [report] = await reported;
    port1.close();
    await thread.terminate();
    assert.equal(report.wrong, 0);
    assert(report.changes >= 5, `the shard grew ${report.changes} times`);
    assert(report.found > 1_000 && report.absent > 100, JSON.stringify(report));
  });
});

describe('a slot that is being written', () => {
  const shape = TABLES[0]!;

  function bucket(header: number): Int32Array {
    const words = new Int32Array(new SharedArrayBuffer(BUCKET_WORDS * 4));
    const place = devicePlace(7 as ImeiKey);
    words[0] = header;
    words.set([lowWord(place), ownerWord(place, 3, 4, false), 5], 1 + 2 * shape.slotWords);
    return words;
  }

  it('counts as empty, even if the writer never comes back', () => {
    const copy = new Int32Array(4);
    assert.equal(copySlot(bucket((9 << 12) | (3 << 8)), 1 + 2 * shape.slotWords, shape.slotWords, copy), false);
    assert.equal(copySlot(bucket((9 << 12) | (2 << 8)), 1 + 2 * shape.slotWords, shape.slotWords, copy), true);
    assert.equal(copySlot(bucket(9 << 12), 1 + 2 * shape.slotWords, shape.slotWords, copy), true);
    assert.equal(copy[2], 5);
  });

  it('does not make a search endless, even if every bucket has pushed slots on', () => {
    const words = new Int32Array(new SharedArrayBuffer(7 * BUCKET_WORDS * 4));
    for (let at = 0; at < words.length; at += BUCKET_WORDS) words[at] = 255;
    const search = new Search();
    const visited = new Set<number>();
    for (let first = search.begin(words, 11, 22, hashKey); first !== -1; first = search.next()) visited.add(first);
    assert.equal(visited.size, 7);
  });
});
