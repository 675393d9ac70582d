import type { Command } from 'commander';
import type { Change } from '../../governance/change.ts';
import type { Member } from '../../governance/consortium.ts';
import type { GovernedConsortium } from '../../governance/governed.ts';
import type { TreeHead } from '../../ledger/verified-tiles.ts';

/** What a change is made from. */
export interface Basis {
  readonly consortium: GovernedConsortium;
  readonly head: TreeHead;
  /** This member, and its data folder. */
  readonly self: Member;
  readonly root: string;
  readonly command: Command;
}

/** Makes the change of a subcommand; what comes out is read again like anybody's, so it need not be well-formed. */
export type MakeChange<Options> = (
  words: readonly string[],
  options: Options,
  basis: Basis,
) => Change | Promise<Change>;
