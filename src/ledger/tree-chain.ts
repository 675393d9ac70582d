import { EMPTY_ROOT, hashesOf, verifyConsistency } from './merkle.ts';
import type { TreeHead } from './verified-tiles.ts';

export type { TreeHead } from './verified-tiles.ts';

/** A log whose files nobody else has, as it shows its tree from time to time: each has to continue the one before. */
export class TreeChain {
  /** The newest that was shown. */
  head: TreeHead = { size: 0, root: EMPTY_ROOT };
  /** Where the newest was shown that does not continue the one before it; undefined where each does. */
  brokenAt: number | undefined;

  /**
   * Takes the next tree. What does not continue the one before is what later ones have to continue: a log that was
   * rewritten once is not found to be so again and again.
   * @param shown.consistency the hashes that prove it, one behind the other (RFC 6962 clause 2.1.2)
   * @param shown.at where it is shown
   * @returns whether it continues the one before
   */
  take({ size, root }: TreeHead, { consistency, at }: { consistency: Uint8Array; at: number }): boolean {
    const claim = { olderSize: this.head.size, olderRoot: this.head.root, newerSize: size, newerRoot: root };
    const continues = verifyConsistency(claim, hashesOf(Buffer.from(consistency)));
    if (!continues) this.brokenAt = at;
    this.head = { size, root };
    return continues;
  }
}
