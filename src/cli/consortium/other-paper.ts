import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../../base/durable.ts';
import type { SignedProposal } from '../../governance/proposal.ts';
import { dataFolder } from '../../node/data-folder.ts';

/**
 * Remembers which paper this member signed for a state of the governance log. Whoever signs two lets two histories have
 * their signatures.
 * @returns whether it has signed another one for this state before; the first is what stays remembered
 */
export async function hasSignedAnother(root: string, { after, paper }: SignedProposal): Promise<boolean> {
  const folder = dataFolder(root).signedPapers;
  const file = join(folder, `${after.size}-${after.root.toString('hex')}`);
  const digest = createHash('sha256').update(paper.text).digest('hex');
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (before !== undefined) return before.trim() !== digest;
  await makeFolderDurably(folder, 0o700);
  await writeDurably(file, `${digest}\n`);
  return false;
}
