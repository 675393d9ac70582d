import { createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBase64 } from '../base/base64.ts';
import { createDurably, makeFolderDurably, syncFolder, writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { EPOCH_KEY_SIZE, keyDigest, unwrapEpochKey } from './epoch-key.ts';
import type { SealingKey } from './sealing-key.ts';

/** Ours: an epoch a day for eleven years. */
export const EPOCHS_MAX = 4096;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const KEY_FILE = /^([1-9][0-9]{0,8})\.key$/;

export type EpochKeysFault =
  | { code: 'EPOCH_KEY_UNREADABLE'; file: string }
  | { code: 'EPOCH_KEYS_TOO_MANY'; keysMax: number }
  | { code: 'EPOCH_KEY_OTHER'; epoch: number }
  | { code: 'EPOCH_KEY_DESTROYED'; epoch: number };
export class EpochKeysError extends Fault<EpochKeysFault> {}

/** An epoch as the governance log has it, with the key wrapped for this member. */
export interface WrappedEpoch {
  readonly number: number;
  /** Hex, see `keyDigest`. */
  readonly keyDigest: string;
  readonly wrapped: string;
}

/**
 * The epoch keys that a member holds: a file for each, `<number>.key`, so that to destroy a key is to take away a file.
 * The same key stays in the governance log, wrapped: see docs/sealing.md for what destroys that.
 */
export class EpochKeys {
  readonly #folder: string;
  readonly #keys = new Map<number, KeyObject>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes up the keys in a folder, which is made where it is missing. @throws EpochKeysError */
  static async open(folder: string): Promise<EpochKeys> {
    await makeFolderDurably(folder, PRIVATE_FOLDER);
    const ring = new EpochKeys(folder);
    for (const file of await readdir(folder)) {
      const [, number] = KEY_FILE.exec(file) ?? [];
      if (number !== undefined) ring.#hold(Number(number), await readKey(join(folder, file)));
    }
    return ring;
  }

  /** The key of an epoch; nothing where this member was never given it, or has destroyed it. */
  readonly keyOf = (epoch: number): KeyObject | undefined => this.#keys.get(epoch);

  /** Of the keys held, in ascending order. */
  get epochs(): number[] {
    return [...this.#keys.keys()].sort((a, b) => a - b);
  }

  /**
   * Takes the key of an epoch and keeps it, durably. What is held already is compared and left as it is.
   * @throws EpochKeysError EPOCH_KEY_OTHER for a key that is not the one given to all, EPOCH_KEY_DESTROYED;
   *   EpochKeyError for a wrap that does not open
   */
  async take({ number, keyDigest: digest, wrapped }: WrappedEpoch, sealingKey: SealingKey): Promise<void> {
    const held = this.#keys.get(number)?.export();
    if (held === undefined && this.isDestroyed(number)) {
      throw new EpochKeysError({ code: 'EPOCH_KEY_DESTROYED', epoch: number });
    }
    const key = held ?? (await unwrapEpochKey(wrapped, sealingKey));
    if (keyDigest(key) !== digest) throw new EpochKeysError({ code: 'EPOCH_KEY_OTHER', epoch: number });
    if (held !== undefined) return;
    this.#hold(number, key);
    await createDurably(this.#keyFile(number), `${key.toString('base64')}\n`, PRIVATE_FILE);
  }

  /** Forgets a key for good: what it sealed stays in the logs, and says nothing to this member any more. */
  async destroy(epoch: number): Promise<void> {
    // The mark comes first: a kill between the two leaves a key that is destroyed at the next try, never one that returns.
    await writeDurably(this.#markOf(epoch), '');
    this.#keys.delete(epoch);
    const file = this.#keyFile(epoch);
    if (!existsSync(file)) return;
    await unlink(file);
    await syncFolder(this.#folder);
  }

  isDestroyed(epoch: number): boolean {
    return existsSync(this.#markOf(epoch));
  }

  #hold(epoch: number, key: Uint8Array): void {
    if (this.#keys.size >= EPOCHS_MAX) throw new EpochKeysError({ code: 'EPOCH_KEYS_TOO_MANY', keysMax: EPOCHS_MAX });
    this.#keys.set(epoch, createSecretKey(key));
  }

  #keyFile(epoch: number): string {
    return join(this.#folder, `${epoch}.key`);
  }

  #markOf(epoch: number): string {
    return join(this.#folder, `${epoch}.destroyed`);
  }
}

async function readKey(file: string): Promise<Buffer> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EpochKeysError({ code: 'EPOCH_KEY_UNREADABLE', file }, { cause });
  });
  const key = decodeBase64(text.replace(/\r?\n$/, ''));
  if (key?.length !== EPOCH_KEY_SIZE) throw new EpochKeysError({ code: 'EPOCH_KEY_UNREADABLE', file });
  return key;
}
