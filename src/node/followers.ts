import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import { governedVerifier } from '../governance/quorum.ts';
import { vkeyName } from '../governance/key-book.ts';
import { Follower, type FollowerState } from '../ledger/follower.ts';
import type { Quorum } from '../ledger/quorum.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import type { Fetch } from '../peers/peer-client.ts';
import { listenForHints } from './hints.ts';

export interface FollowersOptions {
  readonly mirrorsFolder: string;
  readonly pollIntervalMs: number;
}

export interface FollowersDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: Fetch;
  /** A member as governance has it now. */
  readonly memberNow: (name: string) => Member;
  /** Where copies of a member's log are served, beside its own address. */
  readonly mirrorsOf: (member: string) => readonly string[];
  /** Where witnesses show what they cosigned of a log last, by its owner and its origin. */
  readonly witnessesOf: (member: string, origin: string) => readonly string[];
  /** Whose cosignatures a member's log needs now. */
  readonly quorum: (member: string) => Quorum;
  /** Called when a mirror has grown. What it throws makes the follower come again with the same news. */
  readonly onGrown: (member: string) => Promise<void>;
  /** Called when a quorum of witnesses has seen more of a log. */
  readonly onWitnessed: (member: string) => Promise<void>;
  /** Called when a log was found to be current. */
  readonly onCurrent: (member: string, atMs: number) => void;
  /** Called with the proof when a member was found to have signed two trees. */
  readonly onEquivocation: (member: string, proof: string) => void;
}

/** A followed log, and the ear for its member's hints. */
interface Followed {
  readonly follower: Follower;
  readonly url: string;
  /** The root that its history was settled with, in base64. */
  settled: string | undefined;
  readonly stopListening: () => Promise<void>;
}

/** One follower for every other member, and an ear for each one's hints. */
export class Followers {
  readonly #options: FollowersOptions;
  readonly #deps: FollowersDependencies;
  readonly #followed = new Map<string, Followed>();
  #isClosed = false;

  private constructor(options: FollowersOptions, deps: FollowersDependencies) {
    this.#options = options;
    this.#deps = deps;
  }

  static async open(
    options: FollowersOptions & { readonly members: readonly Member[] },
    deps: FollowersDependencies,
  ): Promise<Followers> {
    const followers = new Followers(options, deps);
    try {
      for (const member of options.members) await followers.follow(member);
    } catch (error) {
      // Those that follow already would keep the process, and the locks of their mirrors.
      await followers.close();
      throw error;
    }
    return followers;
  }

  /** Begins to follow a member's log, or goes on at its new address. */
  async follow({ name, logKeys, url }: Member): Promise<void> {
    const before = this.#followed.get(name);
    const settled = logKeys.findLast(({ root }) => root !== undefined)?.root;
    if (this.#isClosed || (before?.url === url && !this.#isToBegin(name, { before, settled }))) return;
    await close(before);
    const { clock, log, fetch, memberNow, mirrorsOf, witnessesOf, quorum } = this.#deps;
    const { onGrown, onWitnessed, onCurrent, onEquivocation } = this.#deps;
    const { mirrorsFolder, pollIntervalMs } = this.#options;
    const logKey = governedVerifier(vkeyName(logKeys[0]!.vkey), () => memberNow(name).logKeys);
    const follower = await Follower.open(
      { folder: join(mirrorsFolder, name), logKey, url: `${url}/log`, pollIntervalMs, fetch },
      {
        clock,
        log,
        mirrors: () => mirrorsOf(name),
        quorums: () => [quorum(name)],
        witnesses: () => witnessesOf(name, logKey.name),
        onEntries: () => onGrown(name),
        onWitnessed: () => onWitnessed(name),
        onCurrent: (atMs) => onCurrent(name, atMs),
        onEquivocation: (proof) => onEquivocation(name, proof),
      },
    );
    const listening = new AbortController();
    const ear = listenForHints(`${url}/hints`, {
      onHint: () => follower.hint(),
      onListening: (isListening) => follower.listening(isListening),
      signal: listening.signal,
      fetch,
    });
    const stopListening = (): Promise<void> => (listening.abort(), ear);
    this.#followed.set(name, { follower, url, settled, stopListening });
  }

  /**
   * Whether to begin again with a log whose history was settled. Held as it was settled, it goes on, convicted or not; a
   * part of it goes on as it is. Where another history was folded, only a start makes standing anew.
   */
  #isToBegin(name: string, { before, settled }: { before: Followed; settled: string | undefined }): boolean {
    if (before.settled === settled) return false;
    const { size, rootHex, fault } = before.follower.state();
    const chosen = this.#deps.memberNow(name).logKeys.findLast(({ root }) => root === settled)!;
    if (rootHex === Buffer.from(settled!, 'base64').toString('hex')) return true;
    before.settled = settled;
    if (size < chosen.fromSize && fault?.code !== 'FOLLOW_FORKED') return false;
    this.#deps.log.error({ of: name, size }, 'another history of this log counts: restart this node to take it in');
    return false;
  }

  /** The rules have changed by which logs are judged: they are looked at anew. */
  hint(): void {
    for (const { follower } of this.#followed.values()) follower.hint();
  }

  state(member: string): FollowerState {
    return this.#followed.get(member)!.follower.state();
  }

  /** The follower of a member's log; none for this member itself, and for a stranger. */
  of(member: string): Follower | undefined {
    return this.#followed.get(member)?.follower;
  }

  /** The entries from..to-1 of that member's mirror, verified. @throws MirrorError MIRROR_DAMAGED */
  entries(member: string, from: number, to: number): AsyncGenerator<EntryBatch> {
    return this.#followed.get(member)!.follower.entries(from, to);
  }

  /** A verified entry of that member's log, or undefined where the mirror does not reach. */
  async entry(member: string, index: number): Promise<Uint8Array | undefined> {
    const follower = this.of(member);
    if (follower === undefined || index >= follower.state().size) return undefined;
    for await (const { entries } of follower.entries(index, index + 1)) return entries[0];
    return undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#followed.values()].map(close));
  }
}

async function close(followed: Followed | undefined): Promise<void> {
  await Promise.all([followed?.stopListening(), followed?.follower.close()]);
}
