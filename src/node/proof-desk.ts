import { makeAnchoredProof } from '../anchoring/anchored-proof.ts';
import { ProofDesk } from '../desks/proofs/desk.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { proofRoutes } from '../portals/proofs/proof-routes.ts';
import { makeReceipt } from '../sealing/receipt.ts';
import type { KeyOf } from '../sealing/seal.ts';
import type { Anchors } from './anchors.ts';
import type { NodeParts, NodeSystem } from './system.ts';

/** What the desk of proofs gets of the node's other systems. */
export interface ProofNeighbours {
  readonly anchors: Anchors;
  readonly keyOf: KeyOf;
  /** Of the shared log: several keys where one was exchanged. */
  readonly sharedKey: LogVerifier;
}

/** Receipts and evidence: every member's node has them. */
export function startProofDesk(parts: NodeParts, { anchors, keyOf, sharedKey }: ProofNeighbours): NodeSystem {
  const { surroundings, decisions } = parts;
  const { folder, self } = surroundings;
  const shared = new FolderSource(folder.log);
  const own = new FolderSource(folder.ownLog);
  const desk = new ProofDesk({
    decisions,
    makeReceipt: (index) => makeReceipt(shared, { index, owner: self.name, logKey: sharedKey, keyOf }),
    makeProof: async (index) => {
      const anchor = await anchors.covering(index);
      return makeAnchoredProof({ own, shared }, { index, anchor, sharedKey });
    },
    stateAnchor: () => anchors.state(),
  });
  return { routes: [proofRoutes({ desk })] };
}
