import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { orThrow } from '../../src/base/fault.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import type { Change } from '../../src/governance/change.ts';
import { readGovernance } from '../../src/governance/governance-reader.ts';
import { newProposal, PROPOSAL_KIND } from '../../src/governance/proposal.ts';
import { parsePaper, withSignature } from '../../src/governance/signed-paper.ts';
import type { GovernedConsortium } from '../../src/governance/governed.ts';
import type { MemberName } from '../../src/identifiers/member-name.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { dataFolder } from '../../src/node/data-folder.ts';
import { readGovernanceKeys } from '../../src/node/member-keys.ts';

/** The consortium as the keeper's folder has it. */
export async function governedBy({ folder }: LaidOutMember) {
  const { governanceLog, genesis } = dataFolder(folder);
  return (await readGovernance({ source: new FolderSource(governanceLog), genesis: await readFile(genesis) })).fold;
}

/** All members sign a change, and the keeper's node, whose API is at `url`, appends it. */
export async function decide(
  members: readonly LaidOutMember[],
  { keeper, url }: { keeper: LaidOutMember; url: string },
  make: (consortium: GovernedConsortium) => Change | Promise<Change>,
): Promise<void> {
  const { consortium, head } = await governedBy(keeper);
  const change = await make(consortium);
  let bytes: Buffer = newProposal({
    after: head,
    proposedBy: keeper.name as MemberName,
    timeMs: Date.now(),
    change,
  });
  for (const { folder, name } of members) {
    const { governanceKey } = consortium.members.find((member) => member.name === name)!;
    const key = (await readGovernanceKeys(folder)).find(({ logKey }) => logKey.vkey === governanceKey)!;
    bytes = withSignature(orThrow(parsePaper(bytes, PROPOSAL_KIND)), key);
  }
  const answer = await fetch(`${url}/governance/proposals`, {
    method: 'POST',
    body: bytes,
    headers: { 'content-type': 'text/plain' },
  });
  assert.equal(answer.status, 201, await answer.text());
}
