import { makeFolderDurably } from '../base/durable.ts';
import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { type Checkpoint, signCheckpoint } from '../ledger/checkpoint.ts';
import type { SigningKey } from '../ledger/note-key.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { SigningState } from '../ledger/signing-state.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { VerifiedTiles } from '../ledger/verified-tiles.ts';
import { decodePaperEntry, DECIDED_KIND, encodePaperEntry } from './entry.ts';
import { applyProposal, type GovernanceFold } from './fold.ts';
import { readGovernance } from './governance-reader.ts';
import { GovernanceError } from './governance-fault.ts';
import type { GovernedConsortium } from './governed.ts';
import { parseProposal, type SignedProposal } from './proposal.ts';
import { logKeysAt } from './rules.ts';
import { paperBytes } from './signed-paper.ts';
import { signaturesOf } from './signers.ts';

export interface KeeperOptions {
  /** The governance log's folder, which others may read. */
  readonly folder: string;
  /** What was last signed with this key. It stays out of backups. */
  readonly signingFolder: string;
  /** The governance log's key. */
  readonly signingKey: SigningKey;
  readonly genesis: Uint8Array;
}

/** What became of a proposal. */
export interface TakenProposal {
  readonly index: number;
  /** Entries of the governance log with it. */
  readonly size: number;
  /** False where it was in the log already. */
  readonly isNew: boolean;
}

export type KeeperFault = { code: 'GOVERNANCE_KEY_NOT_KEEPERS'; origin: string };
export class KeeperError extends Fault<KeeperFault> {}

/** The one writer of the governance log. It writes what the members have signed, and can decide nothing. */
export class GovernanceKeeper {
  readonly #options: KeeperOptions;
  readonly #sequencer: Sequencer;
  #fold: GovernanceFold | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: KeeperOptions, sequencer: Sequencer, fold: GovernanceFold) {
    this.#options = options;
    this.#sequencer = sequencer;
    this.#fold = fold;
  }

  /**
   * Takes up a governance log that is there: `foundGovernance` or `takeOverGovernance` made it.
   * @throws KeeperError GOVERNANCE_KEY_NOT_KEEPERS; what the sequencer and `readGovernance` throw
   */
  static async open(options: KeeperOptions, { log }: { log: Log }): Promise<GovernanceKeeper> {
    const { folder, signingFolder, signingKey } = options;
    await beginSigning(options);
    const sequencer = await Sequencer.open({ folder, signingFolder, signingKey }, { log });
    try {
      const fold = await foldOf(options);
      const { vkey, name: origin } = signingKey.logKey;
      if (!logKeysAt(fold.consortium, fold.head.size + 1).includes(vkey)) {
        throw new KeeperError({ code: 'GOVERNANCE_KEY_NOT_KEEPERS', origin });
      }
      return new GovernanceKeeper(options, sequencer, fold);
    } catch (error) {
      await sequencer.close();
      throw error;
    }
  }

  /** The writer itself, for whoever asks witnesses to cosign what it publishes. */
  get sequencer(): Sequencer {
    return this.#sequencer;
  }

  /**
   * Appends a proposal that enough members have signed. One that is in the log already is not appended again.
   * @param bytes the proposal's file
   * @throws GovernanceError, NoteError: it is not to be appended; SequencerError: it may be given again
   */
  take(bytes: Uint8Array): Promise<TakenProposal> {
    // One after the other: each names the tree that the one before it made.
    const taken = this.#turn.then(() => this.#take(orThrow(parseProposal(bytes))));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#sequencer.close();
  }

  async #take(proposal: SignedProposal): Promise<TakenProposal> {
    const fold = (this.#fold ??= await this.#foldAgain());
    const { consortium, head } = fold;
    if (proposal.after.size < head.size && (await this.#isTaken(proposal))) {
      return { index: proposal.after.size, size: proposal.after.size + 1, isNew: false };
    }
    const next = orThrow(applyProposal(consortium, proposal, head));
    if (!logKeysAt(next, head.size + 1).includes(this.#options.signingKey.logKey.vkey)) {
      // The entry ends this key: the next keeper writes it.
      throw new GovernanceError({ code: 'GOVERNANCE_KEPT_ELSEWHERE', keeper: next.keeper });
    }
    const entry = entryOf(proposal, consortium);
    // Until the append is known to have succeeded, nobody knows what the log holds.
    this.#fold = undefined;
    const { firstIndex, size } = await this.#sequencer.append([entry]);
    fold.take(entry);
    this.#fold = fold;
    return { index: firstIndex, size, isNew: true };
  }

  async #foldAgain(): Promise<GovernanceFold> {
    await this.#sequencer.recover();
    return foldOf(this.#options);
  }

  /** Whether the entry at the proposal's place is this proposal, whoever signed it. */
  async #isTaken({ after: { size: index }, paper }: SignedProposal): Promise<boolean> {
    const tiles = await VerifiedTiles.open(new FolderSource(this.#options.folder), this.#sequencer.checkpoint);
    for await (const { entries } of tiles.entries(index, index + 1)) {
      const read = decodePaperEntry(entries[0]!);
      const there = read instanceof Fault ? read : parseProposal(read.paper);
      if (!(there instanceof Fault)) return there.paper.text.equals(paper.text);
    }
    return false;
  }
}

/**
 * A key that follows another one goes on where that one was. Once the log holds what only this key may have signed, its
 * signing state was lost: then nothing is begun, and the sequencer says so.
 */
async function beginSigning(options: KeeperOptions): Promise<void> {
  const { signingFolder, signingKey } = options;
  const { name: origin, logKey } = signingKey;
  if (SigningState.open(signingFolder, logKey) !== undefined) return;
  const { consortium, head } = await foldOf(options);
  const place = consortium.logKeys.findIndex(({ vkey }) => vkey === logKey.vkey);
  const before = consortium.logKeys[place - 1];
  if (before?.toSize === undefined || head.size >= before.toSize) return;
  await beginSigningAt(signingFolder, { origin, ...head }, signingKey);
}

/** The first that a key signs of a log which others have written so far. */
export async function beginSigningAt(
  signingFolder: string,
  checkpoint: Omit<Checkpoint, 'extensions'>,
  signingKey: SigningKey,
): Promise<void> {
  await makeFolderDurably(signingFolder, 0o700);
  await SigningState.create(signingFolder, signingKey.logKey, signCheckpoint(checkpoint, [signingKey]));
}

async function foldOf({ folder, genesis }: KeeperOptions): Promise<GovernanceFold> {
  return (await readGovernance({ source: new FolderSource(folder), genesis })).fold;
}

/** The entry of a proposal: with the signatures that count, and no lines that somebody else has put there. */
export function entryOf(proposal: SignedProposal, consortium: GovernedConsortium): Uint8Array {
  const counting = signaturesOf(proposal, consortium).filter(({ counts }) => counts);
  const names = new Set(counting.map(({ member }) => member.governanceKey.slice(0, member.governanceKey.indexOf('+'))));
  const signatures = proposal.paper.signatures.filter(({ name }) => names.has(name));
  const paper = paperBytes({ ...proposal.paper, signatures });
  return encodePaperEntry({ kind: DECIDED_KIND, paper }, { consortium: consortium.name, timeMs: proposal.timeMs });
}
