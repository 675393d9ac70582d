import { join } from 'node:path';
import { Fault, orThrow } from '../../base/fault.ts';
import type { Change } from '../../governance/change.ts';
import type { Member } from '../../governance/consortium.ts';
import { type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { asTaken, logVerifierOf } from '../../ledger/log-verifier.ts';
import { readCheckpoint } from '../../ledger/reader.ts';
import { FolderSource } from '../../ledger/tile-source.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { ConsortiumCommandError } from './place.ts';

/** Whose data folder it is, and who proposes: who is not the member itself exchanges a key that is lost. */
interface Looking {
  readonly root: string;
  readonly self: string;
  readonly proposedBy: string;
}

/**
 * Holds the sizes of a member's next log key against what this data folder has of that log: what stands at the size that
 * it has now stays signed by a key that may sign it.
 * @returns what could not be checked, and what may be meant otherwise, in words
 * @throws ConsortiumCommandError LOG_KEY_SIZE_PASSED
 */
export async function checkLogSizes(
  change: Change,
  before: GovernedConsortium,
  { root, self, proposedBy }: Looking,
): Promise<string[]> {
  if (change.kind !== 'member.keys' || change.keys.log === undefined || change.keys.log.root !== undefined) return [];
  const { fromSize, toSize } = change.keys.log;
  const { name, logKeys } = memberNamed(before, change.member)!;
  const { log, mirrors } = dataFolder(root);
  const held = await sizeHeld(name === self ? log : join(mirrors, name), logKeys);
  if (held === undefined) return [`NOT CHECKED: the sizes, as nothing of the log of ${name} is held here.`];
  if (toSize <= held) {
    throw new ConsortiumCommandError({ code: 'LOG_KEY_SIZE_PASSED', member: name, toSize, needed: held + 1 });
  }
  if (proposedBy === name || fromSize <= held + 1) return [];
  return [
    `WARNING: the log of ${name} ends at ${held} here, and the new key signs from ${fromSize} on: where the one before it is lost, it can state nothing.`,
  ];
}

async function sizeHeld(folder: string, logKeys: Member['logKeys']): Promise<number | undefined> {
  try {
    return (await readCheckpoint(new FolderSource(folder), asTaken(orThrow(logVerifierOf(logKeys))))).size;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
