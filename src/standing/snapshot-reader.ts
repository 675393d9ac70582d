import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { Fault } from '../base/fault.ts';
import { type Role, ROLES } from '../governance/consortium.ts';
import { TABLES } from './bucket.ts';
import { highWord, lowWord, SHARDS, shardOf } from './hash.ts';
import type { ReleasesAhead } from './releases-ahead.ts';
import { gateMember, indexOf, isFree, isLevelsMark, isOverruled, isQuarantined, memberOf } from './slots.ts';
import {
  DIGEST_SIZE,
  readRelease,
  RELEASE_AHEAD_SIZE,
  roleBits,
  SNAPSHOT_MAGIC,
  SNAPSHOT_VERSION,
  type SnapshotMember,
} from './snapshot.ts';
import type { StandingIndex } from './standing-index.ts';
import type { BucketTable } from './table.ts';

export type SnapshotFault =
  | { code: 'SNAPSHOT_MISSING' }
  | { code: 'SNAPSHOT_UNREADABLE' }
  | { code: 'SNAPSHOT_CORRUPT'; at: number }
  | { code: 'SNAPSHOT_STALE'; what: 'version' | 'basis' | 'members' | 'roles' | 'root'; member?: number };
export class SnapshotError extends Fault<SnapshotFault> {}

/** Most shards of a small snapshot are a few octets, so more is read at a time than is asked for. */
const READ_AHEAD_SIZE = 1024 * 1024;

export interface SnapshotExpectation {
  /** See `StandingOptions`. */
  readonly basis?: string;
  readonly members: readonly {
    readonly name: string;
    readonly roles: readonly Role[];
    readonly endsAtSize?: number;
  }[];
  readonly rootAt: (member: string, size: number) => Promise<string | undefined>;
}

/** What a snapshot is read into. */
export interface SnapshotTarget {
  readonly index: StandingIndex;
  readonly ahead: ReleasesAhead;
  /** Called for each statement that is held beyond its member's budget. */
  quarantined(member: number, index: number): void;
  /** Called once the whole file is known to be right. @param rest what `restBytes` gave */
  finish(members: readonly SnapshotMember[], rest: Uint8Array): void;
}

/**
 * Fills an empty index from a snapshot. After a fault the index is of no use.
 * @throws SnapshotError, StandingError
 */
export async function readSnapshot(path: string, expected: SnapshotExpectation, into: SnapshotTarget): Promise<void> {
  const file = await openSnapshot(path);
  try {
    const source = new SnapshotSource(file, (await file.stat()).size);
    const members = await readHeader(source, expected);
    checkMembers(members, expected);
    await checkRoots(members, expected);
    for (const { name } of TABLES) {
      await readTable(source, members.length, { into, table: into.index.tables[name] });
    }
    await readReleases(source, members.length, into.ahead);
    const rest = await source.take((await source.take(4)).readUInt32LE(0));
    await source.end();
    into.finish(members, rest);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (isSystemError(cause)) throw new SnapshotError({ code: 'SNAPSHOT_UNREADABLE' }, { cause });
    throw cause;
  } finally {
    await file.close();
  }
}

/** Reads a file from its beginning, and knows the digest of what was read. */
class SnapshotSource {
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #hash = createHash('sha256');
  #ahead: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  corrupt(): SnapshotError {
    return new SnapshotError({ code: 'SNAPSHOT_CORRUPT', at: this.#at });
  }

  /** The next octets. The digest at the end is not to be reached: a length that would is wrong. */
  async take(length: number): Promise<Buffer> {
    if (this.#at + length > this.#size - DIGEST_SIZE) throw this.corrupt();
    const bytes = await this.#read(length);
    this.#hash.update(bytes);
    return bytes;
  }

  digest(): Buffer {
    return this.#hash.copy().digest();
  }

  /** Checks that only the digest is left, and that it is right. */
  async end(): Promise<void> {
    if (this.#at !== this.#size - DIGEST_SIZE) throw this.corrupt();
    if (!(await this.#read(DIGEST_SIZE)).equals(this.digest())) throw this.corrupt();
  }

  async #read(length: number): Promise<Buffer> {
    if (this.#ahead.length < length) await this.#readAhead(length);
    const bytes = this.#ahead.subarray(0, length);
    this.#ahead = this.#ahead.subarray(length);
    this.#at += length;
    return bytes;
  }

  async #readAhead(length: number): Promise<void> {
    const held = this.#ahead.length;
    const bytes = Buffer.allocUnsafe(Math.max(length, READ_AHEAD_SIZE));
    this.#ahead.copy(bytes);
    let end = held;
    while (end < length) {
      const { bytesRead } = await this.#file.read(bytes, end, bytes.length - end, this.#at + end);
      if (bytesRead === 0) throw this.corrupt();
      end += bytesRead;
    }
    this.#ahead = bytes.subarray(0, end);
  }
}

async function openSnapshot(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const missing = isSystemError(cause) && cause.code === 'ENOENT';
    throw new SnapshotError({ code: missing ? 'SNAPSHOT_MISSING' : 'SNAPSHOT_UNREADABLE' }, { cause });
  }
}

async function readHeader(source: SnapshotSource, { basis }: SnapshotExpectation): Promise<SnapshotMember[]> {
  const start = await source.take(SNAPSHOT_MAGIC.length + 8 + DIGEST_SIZE);
  if (!start.subarray(0, SNAPSHOT_MAGIC.length).equals(SNAPSHOT_MAGIC)) throw source.corrupt();
  if (start.readUInt32LE(SNAPSHOT_MAGIC.length) !== SNAPSHOT_VERSION) throw stale('version');
  const count = start.readUInt32LE(SNAPSHOT_MAGIC.length + 4);
  const members: SnapshotMember[] = [];
  while (members.length < count) members.push(await readMember(source));
  const digest = source.digest();
  if (!(await source.take(DIGEST_SIZE)).equals(digest)) throw source.corrupt();
  const restsOn = start.toString('hex', SNAPSHOT_MAGIC.length + 8);
  if (restsOn !== (basis ?? '0'.repeat(DIGEST_SIZE * 2))) throw stale('basis');
  return members;
}

async function readMember(source: SnapshotSource): Promise<SnapshotMember> {
  const [nameLength] = await source.take(1);
  const name = (await source.take(nameLength!)).toString('latin1');
  const rest = await source.take(9 + DIGEST_SIZE);
  const roles = ROLES.filter((_, place) => (rest[0]! & (1 << place)) !== 0);
  const [foldedSize, settledSize] = [rest.readUInt32LE(1), rest.readUInt32LE(5)];
  return { name, roles, foldedSize, settledSize, root: rest.toString('hex', 9) };
}

/** The fold depends on who is who and on who may overrule. */
function checkMembers(members: readonly SnapshotMember[], expected: SnapshotExpectation): void {
  if (members.length !== expected.members.length) throw stale('members');
  for (const [number, { name, roles, endsAtSize = Infinity }] of expected.members.entries()) {
    if (members[number]!.name !== name || members[number]!.foldedSize > endsAtSize) throw stale('members', number);
    if (roleBits(members[number]!.roles) !== roleBits(roles)) throw stale('roles', number);
  }
}

/** A log that is not the one the snapshot was made from (restored from a backup, replaced) makes it worthless. */
async function checkRoots(members: readonly SnapshotMember[], { rootAt }: SnapshotExpectation): Promise<void> {
  for (const [number, { name, foldedSize, root }] of members.entries()) {
    if (foldedSize > 0 && (await rootAt(name, foldedSize)) !== root) throw stale('root', number);
  }
}

interface Into {
  readonly into: SnapshotTarget;
  readonly table: BucketTable;
}

interface Expected {
  readonly table: BucketTable;
  readonly shard: number;
  readonly members: number;
}

async function readTable(source: SnapshotSource, members: number, { into, table }: Into): Promise<void> {
  const { slotWords } = table.shape;
  for (let shard = 0; shard < SHARDS; shard++) {
    const count = (await source.take(4)).readUInt32LE(0);
    const slots = wordsOf(await source.take(count * slotWords * 4));
    for (let at = 0; at < slots.length; at += slotWords) {
      if (!isLoadable(slots, at, { table, shard, members })) throw source.corrupt();
      const entry = slots[at + 2]!;
      if (isQuarantined(entry) && !isOverruled(slots[at + 1]!))
        into.quarantined(memberOf(slots[at + 1]!), indexOf(entry));
    }
    into.index.load(table, shard, slots);
  }
}

function isLoadable(slots: Int32Array, at: number, { table, shard, members }: Expected): boolean {
  const place = table.shape.placeOf(slots, at);
  const member = memberOf(slots[at + 1]!);
  if (isFree(slots, at) || isLevelsMark(slots[at + 1]!) || member >= members) return false;
  if (table.shape.name === 'devices' && gateMember(place) !== -1 && gateMember(place) !== member) return false;
  return shardOf(lowWord(place), highWord(place)) === shard;
}

function wordsOf(bytes: Buffer): Int32Array {
  const words = new Int32Array(bytes.length / 4);
  const copy = Buffer.from(words.buffer);
  bytes.copy(copy);
  if (endianness() === 'BE') copy.swap32();
  return words;
}

async function readReleases(source: SnapshotSource, members: number, ahead: ReleasesAhead): Promise<void> {
  const count = (await source.take(4)).readUInt32LE(0);
  const bytes = await source.take(count * RELEASE_AHEAD_SIZE);
  for (let at = 0; at < bytes.length; at += RELEASE_AHEAD_SIZE) {
    const release = readRelease(bytes.subarray(at, at + RELEASE_AHEAD_SIZE));
    if (release === undefined || Math.max(release.named.member, release.by.member) >= members) throw source.corrupt();
    ahead.keep(release);
  }
}

function stale(what: 'version' | 'basis' | 'members' | 'roles' | 'root', member?: number): SnapshotError {
  return new SnapshotError({ code: 'SNAPSHOT_STALE', what, ...(member !== undefined && { member }) });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
