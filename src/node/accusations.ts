import { join } from 'node:path';
import { orThrow } from '../base/fault.ts';
import { isActive, type Member, MEMBERS_MAX } from '../governance/consortium.ts';
import { EQUIVOCATION_SIZE_MAX, verifyEquivocation } from '../ledger/equivocation.ts';
import { Evidence, keptName, type KeptProof } from '../ledger/evidence.ts';
import { failureReason } from '../ledger/failure.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { openSource, type TileSource } from '../ledger/tile-source.ts';
import { PATH_PART_LENGTH_MAX } from '../portals/limits.ts';
import { PortalError } from '../portals/portal-fault.ts';
import type { Accusations, Conviction } from '../portals/witness/equivocation-routes.ts';
import { Absences } from './absences.ts';
import type { Followers } from './followers.ts';
import { memberVerifier } from './opener.ts';
import type { Surroundings } from './surroundings.ts';

/** In the place of a member's name, which has no such letters: the log that no member owns. */
export const GOVERNANCE_LOG = 'GOVERNANCE';
/** How long another member's answer is waited for. */
export const ANSWER_WAIT_MS_MAX = 2_000;
/** Octets of the list of who is convicted. */
const LIST_SIZE_MAX = MEMBERS_MAX * 2 * PATH_PART_LENGTH_MAX;
const LIST_PATH = 'equivocations';

/** What is known against a log, and by which keys. */
interface Case {
  readonly evidence: Evidence;
  readonly logKey: LogVerifier;
}

/**
 * What this node knows of members that signed two histories, whoever found it: its followers, its witness, the others.
 * There is one place for it, beside the mirror of each log, and for this member's own log where its mirror would be.
 */
export class NodeAccusations implements Accusations {
  readonly #surroundings: Surroundings;
  readonly #followers: () => Followers | undefined;
  readonly #absences: Absences;
  readonly #cases = new Map<string, Case>();

  constructor(surroundings: Surroundings, followers: () => Followers | undefined) {
    this.#surroundings = surroundings;
    this.#followers = followers;
    this.#absences = new Absences(surroundings);
  }

  convictions(): readonly Conviction[] {
    return this.#accusable().flatMap((member) => {
      const proof = this.#conviction(member);
      return proof === undefined ? [] : [{ member, proof: proof.name }];
    });
  }

  isConvicted(member: string | undefined): boolean {
    return member !== undefined && this.#conviction(member) !== undefined;
  }

  proofs(member: string): readonly KeptProof[] | undefined {
    if (member === GOVERNANCE_LOG) return this.#surroundings.governance.accused?.proofs();
    return (this.#followers()?.of(member) ?? this.#caseOf(member)?.evidence)?.proofs();
  }

  async take(member: string, proof: Buffer): Promise<string> {
    const { self, governance, log } = this.#surroundings;
    if (member === GOVERNANCE_LOG) return (governance.accused ?? unknownLog()).takeProof(proof);
    const follower = this.#followers()?.of(member);
    if (follower !== undefined) return follower.takeProof(proof);
    const { evidence, logKey } = this.#caseOf(member) ?? unknownLog();
    const shown = orThrow(verifyEquivocation(proof, logKey));
    const keeping = await evidence.keep(shown, logKey);
    if (keeping.isNew && member === self.name) {
      const facts = { code: 'LEDGER_CONVICTED', origin: shown.origin, file: keeping.file };
      log.error(
        facts,
        'two histories are signed with the key of this member’s own log: the others take nothing more of it',
      );
      this.passOn(member, shown.proof);
    }
    return keptName(keeping);
  }

  /** Hands a proof to every other member, the one that it is about among them: each verifies it for itself. */
  passOn(member: string, proof: string): void {
    const { fetch, log } = this.#surroundings;
    for (const { name, url } of this.#others()) {
      const signal = AbortSignal.timeout(ANSWER_WAIT_MS_MAX);
      fetch(`${url}/${LIST_PATH}/${member}`, { method: 'POST', body: proof, signal })
        .then((answer) => answer.body?.cancel())
        // It asks for itself, once it can be reached.
        .catch((error: unknown) => log.warn({ to: name, reason: String(error) }, 'a proof could not be handed on'));
    }
  }

  /** Asks every other member, and waits for no answer longer than `ANSWER_WAIT_MS_MAX`. */
  async askAll(): Promise<void> {
    await Promise.all(this.#others().map((other) => this.askOf(other)));
  }

  /** Whether this address told lately that there is no list of the convicted: there is a static store, and no node. */
  isStatic({ url }: Pick<Member, 'url'>): boolean {
    return this.#absences.has(url);
  }

  /** Takes over what another member knows and this one does not. */
  async askOf({ name, url }: Member, signal?: AbortSignal): Promise<void> {
    const { fetch, log } = this.#surroundings;
    // For all of its answers together: what was not told by then is asked again.
    const timeout = AbortSignal.timeout(ANSWER_WAIT_MS_MAX);
    const source = openSource(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout, fetch });
    try {
      const list = await source.read(LIST_PATH, LIST_SIZE_MAX);
      if (list === undefined) return this.#absences.add(url);
      const lines = list.toString('utf8').split('\n');
      const listed = new Map(lines.map((line) => [line.split('/')[0], line]));
      for (const member of this.#accusable()) {
        const line = listed.get(member);
        if (line !== undefined && !this.isConvicted(member)) await this.#takeListed(source, { member, line });
      }
    } catch (error) {
      log.debug({ asked: name, reason: failureReason(error) }, 'who is convicted could not be asked');
    }
  }

  async #takeListed(source: TileSource, { member, line }: { member: string; line: string }): Promise<void> {
    try {
      const proof = await source.read(`${LIST_PATH}/${line}`, EQUIVOCATION_SIZE_MAX);
      if (proof !== undefined) await this.take(member, proof);
    } catch (error) {
      const { log } = this.#surroundings;
      log.debug({ asked: source.place, of: member, reason: failureReason(error) }, 'a proof of another was not taken');
    }
  }

  #conviction(member: string): KeptProof | undefined {
    if (member === GOVERNANCE_LOG) return this.#surroundings.governance.accused?.conviction;
    const follower = this.#followers()?.of(member);
    if (follower !== undefined) return follower.conviction;
    const known = this.#caseOf(member);
    return known?.evidence.against(known.logKey);
  }

  /** Those against whom a proof would be taken here. */
  #accusable(): readonly string[] {
    const { accused, consortium } = this.#surroundings.governance;
    return [...consortium.members.map(({ name }) => name), ...(accused === undefined ? [] : [GOVERNANCE_LOG])];
  }

  /** Against a member whose log is not followed: this one itself, and each other before it is. */
  #caseOf(member: string): Case | undefined {
    const { folder, governance } = this.#surroundings;
    if (governance.member(member) === undefined) return undefined;
    const known = this.#cases.get(member) ?? {
      evidence: new Evidence(join(folder.mirrors, member)),
      logKey: memberVerifier(governance, member),
    };
    this.#cases.set(member, known);
    return known;
  }

  #others(): readonly Member[] {
    const { governance, self } = this.#surroundings;
    return governance.consortium.members.filter((one) => isActive(one) && one.name !== self.name);
  }
}

function unknownLog(): never {
  throw new PortalError({ code: 'ROUTE_UNKNOWN' });
}
