import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { ROLES, type Role } from '../governance/consortium.ts';
import { BUCKET_WORDS, Search, type TableShape } from './bucket.ts';
import { SHARDS } from './hash.ts';
import type { ReleaseAhead } from './releases-ahead.ts';
import { indexOf, isFree, isLevelsMark, memberOf } from './slots.ts';
import { type TableView, visitSlots } from './table.ts';
import { readTarget, writeTarget } from './target-bytes.ts';

/** docs/standing-snapshot.md describes the bytes. */
export const SNAPSHOT_MAGIC = Buffer.from('bongsu-s', 'latin1');
export const SNAPSHOT_VERSION = 6;
export const DIGEST_SIZE = 32;
export const RELEASE_AHEAD_SIZE = 29;
// What is yielded at a time is no less, since it may be written at a time.
const CHUNK_SIZE_MIN = 256 * 1024;
const PLACES_AT_A_TIME = 16_384;

/** A member with what the snapshot rests on: so many entries of its log, and their root hash in hex. */
export interface SnapshotMember {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly foldedSize: number;
  readonly settledSize: number;
  readonly root: string | undefined;
}

export interface SnapshotState {
  /** See `StandingOptions`. */
  readonly basis?: string | undefined;
  readonly members: readonly SnapshotMember[];
  readonly tables: readonly TableView[];
  readonly ahead: readonly ReleaseAhead[];
  /** What `restBytes` gives. */
  readonly rest: Uint8Array;
}

/** The bytes of a snapshot, some shards at a time. They depend on the state alone, not on how it came about. */
export function* snapshotChunks(state: SnapshotState): Generator<Uint8Array> {
  const hash = createHash('sha256');
  let gathered: Uint8Array[] = [];
  let size = 0;
  for (const chunk of stateChunks(state)) {
    hash.update(chunk);
    gathered.push(chunk);
    size += chunk.length;
    if (size < CHUNK_SIZE_MIN) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  yield Buffer.concat([...gathered, hash.digest()]);
}

/** The header, ended by its own digest. */
export function headerBytes({ basis, members }: Pick<SnapshotState, 'basis' | 'members'>): Buffer {
  const start = Buffer.alloc(SNAPSHOT_MAGIC.length + 8 + DIGEST_SIZE);
  SNAPSHOT_MAGIC.copy(start);
  start.writeUInt32LE(SNAPSHOT_VERSION, SNAPSHOT_MAGIC.length);
  start.writeUInt32LE(members.length, SNAPSHOT_MAGIC.length + 4);
  if (basis !== undefined) start.write(basis, SNAPSHOT_MAGIC.length + 8, 'hex');
  const header = Buffer.concat([start, ...members.map(memberBytes)]);
  return Buffer.concat([header, createHash('sha256').update(header).digest()]);
}

/** Roles as one bit each, by their place in ROLES. */
export function roleBits(roles: readonly Role[]): number {
  return roles.reduce((bits, role) => bits | (1 << ROLES.indexOf(role)), 0);
}

function* stateChunks({ basis, members, tables, ahead, rest }: SnapshotState): Generator<Uint8Array> {
  yield headerBytes({ basis, members });
  for (const table of tables) {
    for (let shard = 0; shard < SHARDS; shard++) yield* shardChunks(table, shard);
  }
  yield countBytes(ahead.length);
  yield Buffer.concat(ahead.map(releaseBytes));
  yield countBytes(rest.length);
  yield rest;
}

function memberBytes({ name, roles, foldedSize, settledSize, root }: SnapshotMember): Buffer {
  const bytes = Buffer.alloc(1 + name.length + 1 + 8 + DIGEST_SIZE);
  bytes[0] = name.length;
  bytes.write(name, 1, 'latin1');
  bytes[1 + name.length] = roleBits(roles);
  bytes.writeUInt32LE(foldedSize, name.length + 2);
  bytes.writeUInt32LE(settledSize, name.length + 6);
  if (root !== undefined) bytes.write(root, name.length + 10, 'hex');
  return bytes;
}

/**
 * The slots of a shard in order of place, member and index, some at a time: whoever writes them does other work between.
 * A frozen shard is asked for each time, since it gives way to a copy when the original is written.
 */
function* shardChunks({ shape, hashKey, shards }: TableView, shard: number): Generator<Uint8Array> {
  const places = sortedPlaces(shards[shard]!, shape);
  yield countBytes(places.length);
  const search = new Search();
  let previous = -1;
  for (let start = 0; start < places.length; start += PLACES_AT_A_TIME) {
    const words = shards[shard]!;
    const slots: number[] = [];
    for (const place of places.subarray(start, start + PLACES_AT_A_TIME)) {
      // All slots of a place are written when it comes first.
      if (place !== previous) slots.push(...slotsInOrder(words, { shape, place, hashKey, search }));
      previous = place;
    }
    yield slotBytes(words, slots, shape.slotWords);
  }
}

function slotBytes(words: Int32Array, slots: readonly number[], slotWords: number): Buffer {
  const copied = new Int32Array(slots.length * slotWords);
  for (const [number, at] of slots.entries()) {
    for (let word = 0; word < slotWords; word++) copied[number * slotWords + word] = words[at + word]!;
  }
  const bytes = Buffer.from(copied.buffer);
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}

function countBytes(count: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(count);
  return bytes;
}

function sortedPlaces(words: Int32Array, shape: TableShape): Float64Array {
  const places = new Float64Array((words.length / BUCKET_WORDS) * shape.slotsPerBucket);
  let count = 0;
  for (let start = 0; start < words.length; start += BUCKET_WORDS) {
    for (let slot = 0; slot < shape.slotsPerBucket; slot++) {
      const at = start + 1 + slot * shape.slotWords;
      if (!isFree(words, at) && !isLevelsMark(words[at + 1]!)) places[count++] = shape.placeOf(words, at);
    }
  }
  return places.subarray(0, count).sort();
}

function slotsInOrder(words: Int32Array, search: Parameters<typeof visitSlots>[1]): number[] {
  const slots: number[] = [];
  visitSlots(words, search, (at) => {
    if (!isLevelsMark(words[at + 1]!)) slots.push(at);
    return false;
  });
  if (slots.length === 1) return slots;
  const member = (at: number): number => memberOf(words[at + 1]!);
  return slots.sort((a, b) => member(a) - member(b) || indexOf(words[a + 2]!) - indexOf(words[b + 2]!));
}

function releaseBytes({ named, by, target }: ReleaseAhead): Buffer {
  const bytes = Buffer.alloc(RELEASE_AHEAD_SIZE);
  bytes.writeUInt16LE(named.member, 0);
  bytes.writeUInt32LE(named.index, 2);
  bytes.writeUInt16LE(by.member, 6);
  bytes.writeUInt32LE(by.index, 8);
  writeTarget(bytes, 12, target);
  return bytes;
}

/** Undefined where the kind of target is none. */
export function readRelease(bytes: Buffer): ReleaseAhead | undefined {
  const target = readTarget(bytes, 12);
  if (target === undefined) return undefined;
  return {
    named: { member: bytes.readUInt16LE(0), index: bytes.readUInt32LE(2) },
    by: { member: bytes.readUInt16LE(6), index: bytes.readUInt32LE(8) },
    target,
  };
}
