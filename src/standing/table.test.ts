import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImeiKey } from '../identifiers/imei.ts';
import { BUCKET_WORDS, TABLES } from './bucket.ts';
import { StandingError } from './fault.ts';
import { hashOf, highWord, homeOf, lowWord, primeFrom, SHARDS, shardOf, strideOf } from './hash.ts';
import { devicePlace, ownerWord } from './slots.ts';
import { BucketTable } from './table.ts';

const hashKey = { low: 0x2545f491, high: 0x6c8e9cf5 };
const [devices] = TABLES;

function newTable(options: { bucketsMax?: number; onGrown?: (shard: number) => void } = {}): BucketTable {
  const { onGrown = () => {}, ...limits } = options;
  return new BucketTable({ shape: devices!, hashKey, ...limits }, { onGrown });
}

function insert(table: BucketTable, place: number, index: number): void {
  table.insert(place, lowWord(place), ownerWord(place, index % 1024, 0, false), index, 0);
}

function indexesAt(table: BucketTable, place: number): number[] {
  const indexes: number[] = [];
  table.forEach(place, (words, at) => indexes.push(words[at + 2]!));
  return indexes.sort((a, b) => a - b);
}

/** Devices of one shard, as many as are asked for. */
function placesOfShard(shard: number, count: number): number[] {
  const places: number[] = [];
  for (let key = 35_000_000_000_000; places.length < count; key++) {
    const place = devicePlace(key as ImeiKey);
    if (shardOf(lowWord(place), highWord(place)) === shard) places.push(place);
  }
  return places;
}

describe('a table of buckets', () => {
  it('holds what was put in and not taken out, through growth, with places in common', () => {
    const place = fc.nat(200).map((key) => devicePlace((key * 7919) as ImeiKey));
    const commands = fc.array(fc.record({ place, puts: fc.nat(2).map((drawn) => drawn > 0) }), {
      maxLength: 2_000,
      size: 'max',
    });
    fc.assert(
      fc.property(commands, (steps) => {
        const table = newTable();
        const model = new Map<number, number[]>();
        for (const [index, { place, puts }] of steps.entries()) {
          const held = model.get(place) ?? [];
          if (puts) {
            insert(table, place, index);
            model.set(place, [...held, index]);
          } else if (held.length > 0) {
            const at = table.find(place, (words, at) => words[at + 2] === held[0]);
            table.erase(place, at);
            model.set(place, held.slice(1));
          }
        }
        for (const [place, held] of model) assert.deepEqual(indexesAt(table, place), held);
        assert.equal(table.used, [...model.values()].flat().length);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves no trace of what was taken out: its buckets push nothing on', () => {
    const table = newTable();
    const places = placesOfShard(3, 5_000);
    for (const [index, place] of places.entries()) insert(table, place, index);
    for (const [index, place] of places.entries()) {
      table.erase(
        place,
        table.find(place, (words, at) => words[at + 2] === index),
      );
    }
    const words = table.view().shards[3]!;
    for (let start = 0; start < words.length; start += BUCKET_WORDS) assert.equal(words[start]! & 0xff, 0);
    assert.equal(table.used, 0);
  });

  it('finds what is there and nothing else, when more than 255 slots were pushed past a bucket', () => {
    const table = newTable();
    const place = placesOfShard(0, 1)[0]!;
    for (let index = 0; index < 600; index++) insert(table, place, index);
    for (let index = 0; index < 600; index += 2) {
      table.erase(
        place,
        table.find(place, (words, at) => words[at + 2] === index),
      );
    }
    assert.equal(indexesAt(table, place).length, 300);
    for (const other of placesOfShard(0, 200).slice(1)) assert.deepEqual(indexesAt(table, other), []);
  });

  it('keeps within 16 bytes for a device, from a hundred thousand devices up', () => {
    const table = newTable();
    for (let count = 1; count <= 160_000; count++) {
      insert(table, devicePlace((35_000_000_000_000 + count * 17) as ImeiKey), count);
      if (count >= 100_000 && count % 1_000 === 0)
        assert(table.bytes / count <= 16, `${table.bytes / count} at ${count}`);
    }
  });

  it('grows one shard at a time, and leaves the old buffer as it was', () => {
    const grown: number[] = [];
    const table = newTable({ onGrown: (shard) => grown.push(shard) });
    const before = table.buffers;
    const places = placesOfShard(7, 100);
    for (const [index, place] of places.entries()) insert(table, place, index);
    assert(grown.length > 0 && grown.every((shard) => shard === 7));
    const after = table.buffers;
    for (let shard = 0; shard < SHARDS; shard++) assert.equal(after[shard] === before[shard], shard !== 7);
    const old = new Int32Array(before[7]!);
    assert.equal(
      old.filter((_, word) => word % BUCKET_WORDS === 0 && old[word] !== 0).length,
      old.length / BUCKET_WORDS,
    );
  });

  it('shows a frozen view as it was, while slots come, go, change and move to a larger buffer', () => {
    const table = newTable();
    const places = placesOfShard(5, 60);
    for (const [index, place] of places.slice(0, 20).entries()) insert(table, place, index);
    const frozen = table.freeze();
    const expected = [...frozen.shards[5]!];
    table.erase(
      places[0]!,
      table.find(places[0]!, () => true),
    );
    table.replace(
      places[1]!,
      table.find(places[1]!, () => true),
      2,
      77,
    );
    for (const [index, place] of places.slice(20).entries()) insert(table, place, index);
    assert.deepEqual([...frozen.shards[5]!], expected);
    table.thaw();
    assert.deepEqual(indexesAt(table, places[1]!), [77]);
  });

  it('is full at its limit, says STANDING_FULL one past it, and goes on holding what it held', () => {
    const bucketsMax = 5;
    const table = newTable({ bucketsMax });
    const room = Math.floor(bucketsMax * devices!.slotsPerBucket * devices!.loadMax);
    const places = placesOfShard(200, room + 1);
    for (const [index, place] of places.slice(0, room).entries()) insert(table, place, index);
    assert.throws(
      () => insert(table, places[room]!, room),
      (error) => error instanceof StandingError && error.facts.code === 'STANDING_FULL',
    );
    for (const [index, place] of places.slice(0, room).entries()) assert.deepEqual(indexesAt(table, place), [index]);
    assert.equal(table.used, room);
  });
});

describe('the hash', () => {
  it('keeps home and stride within the buckets, and a stride visits each bucket', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 2, max: 400 }), (low, high, least) => {
        const buckets = primeFrom(least);
        const hash = hashOf(low, high, hashKey);
        const [home, stride] = [homeOf(hash, buckets), strideOf(hash, buckets)];
        const visited = new Set(Array.from({ length: buckets }, (_, probe) => (home + probe * stride) % buckets));
        assert(home >= 0 && home < buckets);
        assert.equal(visited.size, buckets);
      }),
    );
  });

  it('gives back both words of a place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (place) => {
        assert.equal(highWord(place) * 2 ** 32 + (lowWord(place) >>> 0), place);
      }),
    );
  });

  it('finds the smallest prime', () => {
    assert.deepEqual([2, 3, 4, 8, 90, 7_908].map(primeFrom), [2, 3, 5, 11, 97, 7_919]);
  });
});
