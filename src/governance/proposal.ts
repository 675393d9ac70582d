import { decodeBase64 } from '../base/base64.ts';
import { Fault, type Parsed } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { HASH_SIZE } from '../ledger/layout.ts';
import type { NoteFault } from '../ledger/note.ts';
import type { TreeHead } from '../ledger/verified-tiles.ts';
import { type Change, changeJson, readChange } from './change.ts';
import { Fields, memberName, parsedBy, type Read, size, time } from './fields.ts';
import { type GovernanceFault, malformed } from './governance-fault.ts';
import { parsePaper, type SignedPaper, unsignedPaper } from './signed-paper.ts';

/** The first line of a proposal, and so of all that members' governance keys sign after the founding. */
export const PROPOSAL_KIND = 'bongsu/governance@v1';

/** One change, made for one state of the governance log: in any other it means nothing. */
export interface Proposal {
  /** The governance log before this. */
  readonly after: TreeHead;
  readonly proposedBy: MemberName;
  readonly timeMs: number;
  readonly change: Change;
}

/** A proposal with what was signed of it. No signature is verified. */
export interface SignedProposal extends Proposal {
  readonly paper: SignedPaper;
}

/** The file of a proposal that nobody has signed yet. */
export function newProposal({ after, proposedBy, timeMs, change }: Proposal): Buffer {
  return unsignedPaper(PROPOSAL_KIND, {
    after: { size: after.size, root: after.root.toString('base64') },
    proposedBy,
    timeMs,
    change: changeJson(change),
  });
}

/** Reads a proposal, signed or not. Whether it may be made is for the rules to say. */
export function parseProposal(bytes: Uint8Array): Parsed<SignedProposal, GovernanceFault | NoteFault> {
  const paper = parsePaper(bytes, PROPOSAL_KIND);
  if (paper instanceof Fault) return paper;
  const proposal = parsedBy(readProposal, paper.json, '');
  return proposal instanceof Fault ? proposal : { ...proposal, paper };
}

const readProposal: Read<Proposal> = (value, place) => {
  const from = new Fields(value, place);
  const proposal: Proposal = {
    after: from.read('after', treeHead),
    proposedBy: from.read('proposedBy', memberName),
    timeMs: from.read('timeMs', time),
    change: from.read('change', readChange),
  };
  from.end();
  return proposal;
};

const treeHead: Read<TreeHead> = (value, place) => {
  const from = new Fields(value, place);
  const head = { size: from.read('size', size), root: from.read('root', treeRoot) };
  from.end();
  return head;
};

const treeRoot: Read<Buffer> = (value, place) => {
  const octets = typeof value === 'string' ? decodeBase64(value) : undefined;
  if (octets?.length !== HASH_SIZE) throw malformed(place, 'base64 of 32 octets');
  return octets;
};
