import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Follower, type FollowerState } from '../ledger/follower.ts';
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
  readonly onGrown: () => Promise<void>;
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
    for (const { name, logKey, url } of members) {
      const follower = await Follower.open(
        { folder: join(mirrorsFolder, name), logKey, url: `${url}/log`, pollIntervalMs },
        { clock, log, onEntries: onGrown, onCurrent: (atMs) => onCurrent(name, atMs) },
      );
      followers.set(name, follower);
    }
    return new Followers(followers, members);
  }

  state(member: string): FollowerState {
    return this.#followers.get(member)!.state();
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
    await Promise.all([...this.#ears, ...[...this.#followers.values()].map((follower) => follower.close())]);
  }
}
