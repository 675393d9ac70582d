import { Fault, type Parsed } from '../base/fault.ts';
import { firstFinding } from '../base/named-checks.ts';
import type { EntryFault } from '../ledger/entry.ts';
import { leafHash, nodeHash, rootOf } from '../ledger/merkle.ts';
import type { NoteFault } from '../ledger/note.ts';
import type { TreeHead } from '../ledger/verified-tiles.ts';
import { found, parseConstitution } from './constitution.ts';
import { afterProposal } from './effects.ts';
import { decodePaperEntry, FOUNDED_KIND } from './entry.ts';
import { type GovernanceFault, GovernanceError } from './governance-fault.ts';
import type { GovernedConsortium } from './governed.ts';
import { parseProposal, type SignedProposal } from './proposal.ts';
import { RULES } from './rules.ts';

/** Why an entry of the governance log has no effect. */
export type EntryRefused = GovernanceFault | NoteFault | EntryFault;

/** An entry that the keeper wrote and that has no effect. */
export interface IgnoredEntry {
  readonly index: number;
  readonly code: EntryRefused['code'];
}

/** Ignored entries that are kept for showing; all are counted. */
export const IGNORED_SHOWN_MAX = 100;

/**
 * One entry of the governance log, judged by every rule.
 * @param before nothing before entry 0, which founds the consortium
 * @param head the governance log before this entry
 * @returns the consortium after it, or why the entry has no effect
 */
export function applyEntry(
  before: GovernedConsortium | undefined,
  entry: Uint8Array,
  head: TreeHead,
): Parsed<GovernedConsortium, EntryRefused> {
  const read = decodePaperEntry(entry);
  if (read instanceof Fault) return read;
  const { kind, paper } = read;
  if (before === undefined) {
    if (kind !== FOUNDED_KIND) return new GovernanceError({ code: 'GOVERNANCE_ENTRY_UNKNOWN' });
    const constitution = parseConstitution(paper);
    return constitution instanceof Fault ? constitution : found(constitution);
  }
  if (kind === FOUNDED_KIND) return new GovernanceError({ code: 'GOVERNANCE_FOUNDED_ALREADY' });
  const proposal = parseProposal(paper);
  return proposal instanceof Fault ? proposal : applyProposal(before, proposal, head);
}

/** What a signed proposal makes of the consortium, if it may be made and enough members have signed it. */
export function applyProposal(
  before: GovernedConsortium,
  proposal: SignedProposal,
  head: TreeHead,
): Parsed<GovernedConsortium, GovernanceFault> {
  const finding = firstFinding(RULES, { before, head, proposal }, undefined);
  return finding === undefined ? afterProposal(before, proposal) : new GovernanceError(finding.verdict);
}

/**
 * The governance log folded into the consortium, entry by entry. An entry that is not valid changes nothing: whoever
 * writes the log can fill it with rubbish, and stops nobody by it.
 */
export class GovernanceFold {
  #consortium: GovernedConsortium;
  // The roots of the perfect subtrees: the root at every size comes from them.
  readonly #peaks: Buffer[] = [];
  #size = 0;
  #ignoredCount = 0;
  readonly #ignored: IgnoredEntry[] = [];

  private constructor(consortium: GovernedConsortium, founding: Uint8Array) {
    this.#consortium = consortium;
    this.#grow(founding);
  }

  /** Begins with entry 0. Trust it only where a genesis checkpoint names its root: `readGenesis`. */
  static begin(founding: Uint8Array): Parsed<GovernanceFold, EntryRefused> {
    const consortium = applyEntry(undefined, founding, { size: 0, root: rootOf([]) });
    return consortium instanceof Fault ? consortium : new GovernanceFold(consortium, founding);
  }

  get consortium(): GovernedConsortium {
    return this.#consortium;
  }

  /** The governance log as far as it is folded. */
  get head(): TreeHead {
    return { size: this.#size, root: rootOf(this.#peaks) };
  }

  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** The first IGNORED_SHOWN_MAX entries that had no effect. */
  get ignored(): readonly IgnoredEntry[] {
    return this.#ignored;
  }

  /** Takes the next entry. @returns why it has no effect, where it has none */
  take(entry: Uint8Array): Fault<EntryRefused> | undefined {
    const index = this.#size;
    const next = applyEntry(this.#consortium, entry, this.head);
    this.#grow(entry);
    if (!(next instanceof Fault)) {
      this.#consortium = next;
      return undefined;
    }
    this.#consortium = { ...this.#consortium, size: index + 1 };
    this.#ignoredCount += 1;
    if (this.#ignored.length < IGNORED_SHOWN_MAX) this.#ignored.push({ index, code: next.facts.code });
    return next;
  }

  #grow(entry: Uint8Array): void {
    let hash = leafHash(entry);
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(this.#peaks.pop()!, hash);
    this.#peaks.push(hash);
    this.#size += 1;
  }
}

/** The consortium that a whole governance log says. */
export function foldGovernance(entries: Iterable<Uint8Array>): Parsed<GovernanceFold, EntryRefused> {
  const [founding, ...others] = entries;
  if (founding === undefined) return new GovernanceError({ code: 'GOVERNANCE_ENTRY_UNKNOWN' });
  const fold = GovernanceFold.begin(founding);
  if (fold instanceof Fault) return fold;
  for (const entry of others) fold.take(entry);
  return fold;
}
