import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { Follower, type FollowerState } from '../ledger/follower.ts';
import { parseLogKey } from '../ledger/note-key.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import type { Member } from '../membership/consortium.ts';
import { listenForHints } from './hints.ts';

export interface FollowersOptions {
  readonly members: readonly Member[];
  readonly mirrorsFolder: string;
  readonly pollIntervalMs: number;
}

export interface FollowersDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Called when a mirror has grown. What it throws makes the follower come again with the same news. */
  readonly onGrown: (member: string) => Promise<void>;
  /** Called when a log was found to be current. */
  readonly onCurrent: (member: string, atMs: number) => void;
}

/** One follower for every other member, and an ear for each one's hints. */
export class Followers {
  readonly #followers: ReadonlyMap<string, Follower>;
  readonly #listening = new AbortController();
  readonly #ears: readonly Promise<void>[];

  private constructor(followers: ReadonlyMap<string, Follower>, members: readonly Member[]) {
    this.#followers = followers;
    this.#ears = members.map(({ name, url }) =>
      listenForHints(`${url}/hints`, () => followers.get(name)!.hint(), this.#listening.signal),
    );
  }

  static async open(options: FollowersOptions, deps: FollowersDependencies): Promise<Followers> {
    const { members, mirrorsFolder, pollIntervalMs } = options;
    const { clock, log, onGrown, onCurrent } = deps;
    const followers = new Map<string, Follower>();
    try {
      for (const { name, logKey, url } of members) {
        const follower = await Follower.open(
          {
            folder: join(mirrorsFolder, name),
            logKey: orThrow(parseLogKey(logKey)),
            url: `${url}/log`,
            pollIntervalMs,
          },
          { clock, log, onEntries: () => onGrown(name), onCurrent: (atMs) => onCurrent(name, atMs) },
        );
        followers.set(name, follower);
      }
    } catch (error) {
      // Those that follow already would keep the process, and the locks of their mirrors.
      await closeAll(followers);
      throw error;
    }
    return new Followers(followers, members);
  }

  state(member: string): FollowerState {
    return this.#followers.get(member)!.state();
  }

  /** The entries from..to-1 of that member's mirror, verified. @throws MirrorError MIRROR_DAMAGED */
  entries(member: string, from: number, to: number): AsyncGenerator<EntryBatch> {
    return this.#followers.get(member)!.entries(from, to);
  }

  /** A verified entry of that member's log, or undefined where the mirror does not reach. */
  async entry(member: string, index: number): Promise<Uint8Array | undefined> {
    const follower = this.#followers.get(member);
    if (follower === undefined || index >= follower.state().size) return undefined;
    for await (const { entries } of follower.entries(index, index + 1)) return entries[0];
    return undefined;
  }

  async close(): Promise<void> {
    this.#listening.abort();
    await Promise.all([...this.#ears, closeAll(this.#followers)]);
  }
}

async function closeAll(followers: ReadonlyMap<string, Follower>): Promise<void> {
  await Promise.all([...followers.values()].map((follower) => follower.close()));
}
