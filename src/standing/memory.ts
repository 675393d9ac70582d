import assert from 'node:assert/strict';
import { MEMBERS_MAX, type Role } from '../governance/consortium.ts';
import type { HashKey } from './hash.ts';
import type { MemberMarks } from './marks.ts';
import type { TableName } from './bucket.ts';

/** All that a reader in another thread needs: pass it in a message, or as worker data. */
export interface StandingMemory {
  readonly members: readonly string[];
  readonly header: SharedArrayBuffer;
  readonly tacFilter: SharedArrayBuffer;
  readonly tables: Readonly<Record<TableName, readonly SharedArrayBuffer[]>>;
  /** By member number, where something was confirmed or struck. */
  readonly marks?: readonly MarksChanged[];
}

/** A shard has a new buffer: a reader that does not hear of it goes on seeing the old one, as it stood. */
export interface ShardGrown {
  readonly table: TableName;
  readonly shard: number;
  readonly buffer: SharedArrayBuffer;
}

/** The consortium has one more member: its number is the next one. */
export interface MemberAdmitted {
  readonly admitted: { readonly name: string; readonly roles: readonly Role[] };
}

/** Ranges of a member's statements were confirmed or struck: these are all of them. */
export interface MarksChanged {
  readonly member: number;
  readonly marks: MemberMarks;
}

/** All was folded anew: this is read from now on, and these are the members with their roles. */
export interface MemoryReplaced {
  readonly replaced: StandingMemory;
  readonly members: readonly MemberAdmitted['admitted'][];
}

export type MemoryChange = ShardGrown | MemberAdmitted | MarksChanged | MemoryReplaced;

/** Entries of one log that the index can name: an index takes 30 bits. */
export const LOG_SIZE_MAX = 2 ** 30;

/** The latest time of freshness that a word holds: in the year 2106. */
export const FRESH_SECONDS_MAX = 2 ** 32 - 1;

const HASH_LOW = 0;
const HASH_HIGH = 1;
const MEMBERS_START = 16;
const MEMBER_WORDS = 4;
const FOLDED = 0;
const FRESH = 1;
const OPENED = 2;

/**
 * What is known of each member's log. All are single words, so that a reader sees a value that was, without waiting:
 * hence seconds for the freshness.
 */
export class MemoryHeader {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** There is room for all members that there can be, so that one more changes nothing here. */
  static create(hashKey: HashKey): MemoryHeader {
    const header = new MemoryHeader(new SharedArrayBuffer((MEMBERS_START + MEMBERS_MAX * MEMBER_WORDS) * 4));
    header.#words[HASH_LOW] = hashKey.low;
    header.#words[HASH_HIGH] = hashKey.high;
    return header;
  }

  get hashKey(): HashKey {
    return { low: this.#words[HASH_LOW]!, high: this.#words[HASH_HIGH]! };
  }

  foldedSize(member: number): number {
    return this.#load(member, FOLDED);
  }

  setFoldedSize(member: number, size: number): void {
    this.#store(member, FOLDED, size);
  }

  /** When the member's log was last known to be current, in whole seconds since 1970; 0 for never. */
  freshSeconds(member: number): number {
    return this.#load(member, FRESH);
  }

  setFreshSeconds(member: number, seconds: number): void {
    this.#store(member, FRESH, seconds);
  }

  /** The index of the emergency override in force, or -1. */
  openedIndex(member: number): number {
    return this.#load(member, OPENED) - 1;
  }

  setOpenedIndex(member: number, index: number): void {
    this.#store(member, OPENED, index + 1);
  }

  #load(member: number, word: number): number {
    return Atomics.load(this.#words, MEMBERS_START + member * MEMBER_WORDS + word) >>> 0;
  }

  #store(member: number, word: number, value: number): void {
    assert(Number.isInteger(value) && value >= 0 && value < 2 ** 32);
    Atomics.store(this.#words, MEMBERS_START + member * MEMBER_WORDS + word, value);
  }
}
