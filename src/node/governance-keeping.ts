import { CatchUp } from '../base/catch-up.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { GovernanceKeeper, type TakenProposal } from '../governance/keeper.ts';
import { type CheckpointSource, Cosigning, type WitnessPeers } from '../ledger/cosigning.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { readSigningKey } from '../ledger/note-key.ts';
import type { PublishedCheckpoint, Sequencer } from '../ledger/sequencer.ts';
import type { DataFolder } from './data-folder.ts';
import { governanceSigningFolder } from './member-keys.ts';

export interface GovernanceKeepingOptions {
  readonly folder: DataFolder;
  readonly genesis: Uint8Array;
  readonly logKey: LogVerifier;
}

export interface GovernanceKeepingDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Any one of these quorums brings what is written into force. */
  peers(): readonly WitnessPeers[];
  /** Takes in what was written: it says who witnesses. Says itself what goes wrong. */
  judge(): Promise<void>;
  /** Called with the size that a quorum has cosigned. Says itself what goes wrong. */
  onWitnessed(size: number): Promise<void>;
}

interface Parts {
  readonly keeper: GovernanceKeeper;
  readonly written: CheckpointSource & { close(): Promise<void> };
  readonly cosigning: Cosigning;
}

/** The governance log at who keeps it: the pen, and the cosignatures for what it writes. */
export class GovernanceKeeping {
  readonly #parts: Parts;
  readonly #unsubscribe: () => void;
  readonly #telling: CatchUp;

  private constructor(parts: Parts, deps: GovernanceKeepingDependencies) {
    this.#parts = parts;
    const { cosigning } = parts;
    this.#telling = new CatchUp(async () => {
      if (cosigning.witnessed !== undefined) await deps.onWitnessed(cosigning.witnessed.size);
    }, ignoreTold);
    this.#unsubscribe = cosigning.onWitnessed(() => void this.#telling.run());
    // What came to its quorum just before a restart.
    void this.#telling.run();
  }

  /** @throws what `GovernanceKeeper.open` throws */
  static async open(
    { folder, genesis, logKey }: GovernanceKeepingOptions,
    deps: GovernanceKeepingDependencies,
  ): Promise<GovernanceKeeping> {
    const { clock, log } = deps;
    const signingKey = await readSigningKey(folder.governanceLogKey);
    const signingFolder = governanceSigningFolder(folder.root, signingKey);
    const place = { folder: folder.governanceLog, signingFolder, signingKey, genesis };
    const keeper = await GovernanceKeeper.open(place, { log });
    // It may have published what was signed just before a crash.
    await deps.judge();
    const written = judgedFirst(keeper.sequencer, () => deps.judge());
    const cosigning = await Cosigning.open(
      { folder: folder.governanceLog, logKey },
      {
        clock,
        log,
        checkpoints: written,
        peers: () => deps.peers(),
        onForked: ({ code }) => keeper.sequencer.stopSigning(code),
      },
    );
    return new GovernanceKeeping({ keeper, written, cosigning }, deps);
  }

  /** The code of what ended the signing. */
  get fault(): string | undefined {
    return this.#parts.keeper.sequencer.stopped?.facts.code;
  }

  /** Appends a signed proposal. @throws GovernanceError and others; SequencerError */
  take(note: Uint8Array): Promise<TakenProposal> {
    return this.#parts.keeper.take(note);
  }

  /** Others may witness now. */
  reconsider(): void {
    this.#parts.cosigning.reconsider();
  }

  async close(): Promise<void> {
    const { keeper, written, cosigning } = this.#parts;
    this.#unsubscribe();
    await this.#telling.close();
    await written.close();
    await cosigning.close();
    await keeper.close();
  }
}

/** Witnesses see a checkpoint once it is judged here: only then is it known who they are. */
function judgedFirst(sequencer: Sequencer, judge: () => Promise<void>): Parts['written'] {
  let judged = sequencer.checkpoint;
  const listeners = new Set<(checkpoint: PublishedCheckpoint) => void>();
  const judging = new CatchUp(async () => {
    const { checkpoint } = sequencer;
    await judge();
    judged = checkpoint;
    for (const listener of listeners) listener(checkpoint);
  }, ignoreTold);
  const unsubscribe = sequencer.onPublished(() => void judging.run());
  return {
    get checkpoint() {
      return judged;
    },
    onPublished: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      unsubscribe();
      return judging.close();
    },
  };
}

function ignoreTold(): void {}
