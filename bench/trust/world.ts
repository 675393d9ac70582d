import { Chance } from './chance.ts';
import { EventQueue } from './event-queue.ts';
import { extraRoundTrips, HANDSHAKE_ROUND_TRIPS, Network } from './network.ts';
import type { Outcome, WorldOptions } from './world-options.ts';

/** What `slow` members take longer: their line, and their disk and processor. */
const SLOW = { line: 3, local: 10 };
/** As in a follower: hints that come faster are answered together. */
const LOOK_GAP_MS = 10;
/** What is not everywhere by then never is. */
const PATIENCE_MS = 60_000;

interface Member {
  readonly region: number;
  readonly accessMs: number;
  readonly state: 'well' | 'slow' | 'offline';
}

/** A member that follows the log of the one that states something. */
interface Follower {
  readonly member: Member;
  readonly isListening: boolean;
  isLooking: boolean;
  isHinted: boolean;
  isTaken: boolean;
  isSettled: boolean;
  /** Counts looks, so that a planned one is dropped when another came first. */
  looks: number;
}

/** One statement of one member, on its way to all others: the same for the same seed. */
export function simulate(options: WorldOptions): Outcome {
  return new World(options).run();
}

class World {
  readonly #options: WorldOptions;
  readonly #chance: Chance;
  readonly #network: Network;
  readonly #queue = new EventQueue();
  readonly #owner: Member;
  readonly #followers: readonly Follower[];
  readonly #outcome = { taken: 0, quorum: Infinity, settled: 0 };
  /** The newest bundle is fetched whole, however much of it the follower has. */
  readonly #bundleSize: number;
  /** The owner's one thread: what it does, it does in turn. */
  #freeAtMs = 0;
  #isPublished = false;
  #hasQuorum = false;
  #cosignatures = 0;
  #unsettled: number;
  readonly #startMs: number;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
    this.#network = new Network(options.network, this.#chance);
    const members = options.places.map((region) => this.#newMember(region));
    const [owner] = members.splice(Math.floor(this.#chance.share() * members.length), 1);
    // Who is away states nothing.
    this.#owner = { ...owner!, state: 'well' };
    this.#followers = this.#shuffled(members).map((member, at) => ({
      member,
      isListening: at < options.listenersMax,
      isLooking: false,
      isHinted: false,
      isTaken: false,
      isSettled: false,
      looks: 0,
    }));
    this.#unsettled = this.#present.length;
    const { aroundPart, entry } = options.sizes;
    this.#bundleSize = aroundPart + entry;
    // By then every follower looks at its intervals.
    this.#startMs = 2 * options.pollMs;
  }

  run(): Outcome {
    const { pollMs, local } = this.#options;
    for (const follower of this.#present) this.#planLook(follower, this.#chance.share() * pollMs);
    this.#queue.plan(this.#startMs + this.#chance.oneOf(local.publish), () => this.#publish());
    const endsMs = this.#startMs + PATIENCE_MS;
    this.#queue.run(() => this.#unsettled === 0 || this.#queue.nowMs > endsMs);
    return { ...this.#outcome, settled: this.#unsettled === 0 ? this.#outcome.settled : Infinity };
  }

  get #present(): readonly Follower[] {
    return this.#followers.filter(({ member }) => member.state !== 'offline');
  }

  #newMember(region: number): Member {
    const { access, offlineShare, slowShare } = this.#options;
    const drawn = this.#chance.share();
    const state = drawn < offlineShare ? 'offline' : drawn < offlineShare + slowShare ? 'slow' : 'well';
    return { region, accessMs: this.#chance.logNormal(access.medianMs, access.sigma), state };
  }

  #shuffled(members: readonly Member[]): Member[] {
    const order = members.map((member) => ({ member, key: this.#chance.share() }));
    return order.toSorted((a, b) => a.key - b.key).map(({ member }) => member);
  }

  #publish(): void {
    this.#isPublished = true;
    this.#hint();
    const { witnesses, threshold } = this.#options;
    if (threshold === 0) return this.#publishQuorum();
    for (const { member } of this.#followers.slice(0, witnesses)) this.#askWitness(member);
  }

  #hint(): void {
    for (const follower of this.#present) {
      if (!follower.isListening) continue;
      const sentMs = this.#ownerDone(this.#options.local.hint);
      this.#queue.plan(sentMs + this.#network.oneWayMs(this.#roundTripMs(follower.member)), () => this.#hear(follower));
    }
  }

  #askWitness(member: Member): void {
    const { local } = this.#options;
    const sentMs = this.#ownerDone(local.ask);
    if (member.state === 'offline') return;
    const roundTripMs = this.#roundTripMs(member);
    const onWayMs = this.#network.roundTripsMs(HANDSHAKE_ROUND_TRIPS + 1, roundTripMs);
    const answeredMs = sentMs + onWayMs + this.#localMs(member, local.witness);
    this.#queue.plan(answeredMs, () => {
      this.#queue.plan(this.#ownerDone(local.ask), () => this.#countCosignature());
    });
  }

  #countCosignature(): void {
    this.#cosignatures += 1;
    if (this.#cosignatures !== this.#options.threshold) return;
    const storedMs = this.#queue.nowMs + this.#chance.oneOf(this.#options.local.store);
    this.#queue.plan(storedMs, () => this.#publishQuorum());
  }

  #publishQuorum(): void {
    this.#hasQuorum = true;
    this.#outcome.quorum = this.#queue.nowMs - this.#startMs;
    if (this.#options.hintsOfQuorum) this.#hint();
  }

  #hear(follower: Follower): void {
    follower.isHinted = true;
    if (!follower.isLooking) this.#look(follower);
  }

  #planLook(follower: Follower, atMs: number): void {
    const { looks } = follower;
    this.#queue.plan(atMs, () => {
      if (follower.looks === looks && !follower.isLooking) this.#look(follower);
    });
  }

  /** One look: the checkpoint; what is new of the log; and then the witnessed checkpoint. */
  #look(follower: Follower): void {
    follower.isLooking = true;
    follower.isHinted = false;
    follower.looks += 1;
    this.#fetch(
      follower,
      () => this.#isPublished,
      this.#options.sizes.checkpoint,
      (isNew) => {
        if (!isNew || follower.isSettled) this.#endLook(follower);
        else if (follower.isTaken) this.#lookForQuorum(follower);
        else
          this.#fetch(
            follower,
            () => true,
            this.#bundleSize,
            () => this.#take(follower),
          );
      },
    );
  }

  #take(follower: Follower): void {
    this.#queue.plan(this.#queue.nowMs + this.#localMs(follower.member, this.#options.local.take), () => {
      follower.isTaken = true;
      this.#outcome.taken = Math.max(this.#outcome.taken, this.#queue.nowMs - this.#startMs);
      this.#lookForQuorum(follower);
    });
  }

  #lookForQuorum(follower: Follower): void {
    const { sizes, threshold, local } = this.#options;
    const size = sizes.checkpoint + threshold * sizes.cosignature;
    this.#fetch(
      follower,
      () => this.#hasQuorum,
      size,
      (isThere) => {
        if (!isThere) return this.#endLook(follower);
        const busyMs = this.#localMs(follower.member, local.store, threshold * local.verify);
        this.#queue.plan(this.#queue.nowMs + busyMs, () => this.#settle(follower));
      },
    );
  }

  #settle(follower: Follower): void {
    follower.isSettled = true;
    this.#unsettled -= 1;
    this.#outcome.settled = Math.max(this.#outcome.settled, this.#queue.nowMs - this.#startMs);
    this.#endLook(follower);
  }

  #endLook(follower: Follower): void {
    follower.isLooking = false;
    this.#planLook(follower, this.#queue.nowMs + (follower.isHinted ? LOOK_GAP_MS : this.#options.pollMs));
  }

  /** A request of one file over a connection that stands, which the follower's polling keeps open. */
  #fetch({ member }: Follower, isThere: () => boolean, octets: number, then: (isThere: boolean) => void): void {
    const roundTripMs = this.#roundTripMs(member);
    this.#queue.plan(this.#queue.nowMs + this.#network.oneWayMs(roundTripMs), () => {
      this.#queue.plan(this.#ownerDone(this.#options.local.serve), () => {
        const found = isThere();
        const extra = found ? this.#network.roundTripsMs(extraRoundTrips(octets), roundTripMs) : 0;
        this.#queue.plan(this.#queue.nowMs + extra + this.#network.oneWayMs(roundTripMs), () => then(found));
      });
    });
  }

  /** @returns when the owner's thread will have done this, after all it was given before */
  #ownerDone(busyMs: number): number {
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#queue.nowMs) + busyMs;
    return this.#freeAtMs;
  }

  #localMs(member: Member, drawnFrom: readonly number[], fixed = 0): number {
    return (this.#chance.oneOf(drawnFrom) + fixed) * (member.state === 'slow' ? SLOW.local : 1);
  }

  #roundTripMs({ region, accessMs, state }: Member): number {
    const between = this.#options.roundTripsMs[this.#owner.region]![region]!;
    return (between + accessMs + this.#owner.accessMs) * (state === 'slow' ? SLOW.line : 1);
  }
}
