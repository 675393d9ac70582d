import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Member } from '../governance/consortium.ts';
import { readGovernance } from '../governance/governance-reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { dataFolder } from '../node/data-folder.ts';
import { PeerIdentity } from '../node/peer-identity.ts';
import { type Fetch, PeerClient } from '../peers/peer-client.ts';

/**
 * Lets a command call other members as the node of this data folder does: with its certificate, and expecting theirs as
 * the copy of the governance log there has them. Without a data folder, or a copy in it, they are called as anybody does.
 */
export async function withMemberCalls<T>(root: string | undefined, act: (fetch: Fetch) => Promise<T>): Promise<T> {
  if (root === undefined) return act(fetch);
  const identity = await PeerIdentity.open(dataFolder(root).keys);
  const members = await membersKnown(root);
  const peers = new PeerClient({ own: () => identity.current, peers: () => members });
  try {
    return await act(peers.fetch);
  } finally {
    await peers.close();
  }
}

/** The members as the copy of the governance log in a data folder has them; none where there is no copy. */
export async function membersKnown(root: string): Promise<readonly Member[]> {
  const { genesis, governanceLog } = dataFolder(root);
  if (!existsSync(genesis) || !existsSync(governanceLog)) return [];
  const source = new FolderSource(governanceLog);
  return (await readGovernance({ source, genesis: await readFile(genesis) })).fold.consortium.members;
}
