import { createHash } from 'node:crypto';
import { CatchUp } from '../base/catch-up.ts';
import { Fault } from '../base/fault.ts';
import type { GovernedConsortium } from '../governance/governed.ts';
import type { Epochs } from './epochs.ts';
import type { Followers } from './followers.ts';
import type { KeptLog } from './kept-logs.ts';
import { type Governing, judgedBy } from './opener.ts';
import type { StandingKeeper } from './standing-keeper.ts';
import type { Surroundings } from './surroundings.ts';

interface Parts {
  /** What standing rests on at first. */
  readonly governing: Governing;
  readonly followers: Followers;
  readonly epochs: Epochs;
  readonly keeper: StandingKeeper;
  readonly kept: (member: string) => KeptLog;
}

/**
 * Keeps standing what the governance log makes of the members' logs. Who is new is followed; who has ended is taken no
 * further. What changes the judgement of entries taken long ago (an epoch's end, roles, witnesses, budgets) has all logs
 * folded anew: so a node that lived through it stands as one does that begins after it.
 */
export class GovernedStanding {
  readonly #surroundings: Surroundings;
  readonly #parts: Parts;
  readonly #unsubscribe: () => void;
  #governing: Governing;
  readonly #takingIn: CatchUp;

  constructor(surroundings: Surroundings, parts: Parts) {
    this.#surroundings = surroundings;
    this.#parts = parts;
    this.#governing = parts.governing;
    this.#takingIn = new CatchUp(
      () => this.#takeIn(),
      (error) => this.#tell(error),
    );
    this.#unsubscribe = surroundings.governance.onChanged(() => void this.#takingIn.run());
    // What came into force while the keeper was opening.
    void this.#takingIn.run();
  }

  /** Entries of the governance log that standing rests on. */
  get size(): number {
    return this.#governing.consortium.size;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#takingIn.close();
  }

  async #takeIn(): Promise<void> {
    const { governance } = this.#surroundings;
    const { epochs, keeper } = this.#parts;
    await epochs.level();
    const { consortium } = governance;
    await this.#admit(consortium);
    const hasEnded = consortium.members.map(({ name, endsAtSize }) => keeper.standing.endAt(name, endsAtSize));
    const basis = basisOf(consortium, epochs.closed);
    if (basis !== keeper.standing.basis || hasEnded.includes(false)) await this.#foldAnew(consortium, basis);
    this.#governing.consortium = consortium;
    await keeper.level();
  }

  async #admit({ members }: GovernedConsortium): Promise<void> {
    const { log, self } = this.#surroundings;
    const { followers, keeper, kept } = this.#parts;
    for (const member of members) {
      if (member.name === self.name) continue;
      await followers.follow(member);
      if (member.number < keeper.standing.members.length) continue;
      keeper.admit(member, kept(member.name));
      log.info({ of: member.name }, 'a member was admitted');
    }
  }

  async #foldAnew(consortium: GovernedConsortium, basis: string): Promise<void> {
    const { clock, log } = this.#surroundings;
    const { epochs, keeper } = this.#parts;
    const { members, size } = consortium;
    const governing = { consortium };
    const startMs = clock.steadyMs();
    log.info({ governance: size }, 'governance has changed what standing rests on: all logs are folded anew');
    await keeper.foldAnew({ members, basis }, judgedBy(governing, { epochs, log }));
    this.#governing = governing;
    log.info({ governance: size, ms: Math.round(clock.steadyMs() - startMs) }, 'standing was folded anew');
  }

  #tell(error: unknown): void {
    const reason = error instanceof Fault ? (error as Fault).facts.code : String(error);
    this.#surroundings.log.error({ reason }, 'standing does not rest on the newest governance: it is tried again');
  }
}

/**
 * SHA-256, in hex, of all in governance that entries are judged by, whenever they were written. What judges by time only
 * grows, so that its length tells all of it.
 * @param closed epochs that this node opens nothing of
 */
export function basisOf({ origin, members, epochs, former }: GovernedConsortium, closed: readonly number[]): string {
  const judged = members.map(({ name, roles, logKeys }) => [name, roles, logKeys]);
  const ended = epochs.filter(({ isEnded }) => isEnded).map(({ number }) => number);
  return createHash('sha256')
    .update(JSON.stringify([origin, judged, ended, closed, former.length]))
    .digest('hex');
}
