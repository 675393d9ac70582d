import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import { applyProposal, type GovernanceFold } from '../governance/fold.ts';
import { takeOverGovernance } from '../governance/founding.ts';
import { GovernanceError } from '../governance/governance-fault.ts';
import { readGovernance, type ReadGovernance } from '../governance/governance-reader.ts';
import type { TakenProposal } from '../governance/keeper.ts';
import { memberNamed, type GovernedConsortium } from '../governance/governed.ts';
import { parseProposal } from '../governance/proposal.ts';
import { governanceQuorums, governedVerifier, quorumFor } from '../governance/quorum.ts';
import type { WitnessPeers } from '../ledger/cosigning.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { parseNote } from '../ledger/note.ts';
import { readSigningKey } from '../ledger/note-key.ts';
import type { Quorum } from '../ledger/quorum.ts';
import { FolderSource, type TileSource } from '../ledger/tile-source.ts';
import { type TreeHead, VerifiedTiles } from '../ledger/verified-tiles.ts';
import type { Fetch } from '../peers/peer-client.ts';
import { type CopyPlaces, CopyWatch } from './copy-watch.ts';
import { copiesOf } from './copies.ts';
import {
  fetchCopy,
  NodeGovernanceError,
  type NodeGovernanceOptions,
  readEffective,
  takeUp,
} from './governance-copy.ts';
import { GovernanceKeeping } from './governance-keeping.ts';
import { GovernanceMirror } from './governance-mirror.ts';
import { isEquipped } from './keys.ts';
import { governanceSigningFolder } from './member-keys.ts';

/** A witness is answered before it gives up. */
const LOOK_WAIT_MS_MAX = 2_500;

interface Dependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: Fetch;
  /** For a first copy of the log: before it is here nothing says whose certificate to expect, and the genesis says enough. */
  readonly fetchFirst: Fetch;
}

/** What keeps the copy here current: the keeper's own pen, or a mirror; and in both cases an eye on the others' copies. */
interface Source {
  /** Undefined at who does not keep the log. */
  readonly keeping?: GovernanceKeeping;
  /** Undefined at who keeps it. */
  readonly mirror?: GovernanceMirror;
  readonly watch: CopyWatch;
  close(): Promise<void>;
}

/**
 * What this node trusts: the governance log, folded from the genesis checkpoint on, as far as a quorum of witnesses has
 * cosigned it. Whoever needs the consortium asks here each time, as it changes while a node runs.
 */
export class NodeGovernance {
  readonly #options: NodeGovernanceOptions;
  readonly #deps: Dependencies;
  readonly #genesis: Uint8Array;
  /** All that is written: its keys verify the log, and its witnesses the quorum. */
  #latest: GovernanceFold;
  /** What is in force here. */
  #effective: GovernanceFold;
  #source: Source | undefined;
  #turn: Promise<void> = Promise.resolve();
  #moving: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #onEquivocation: (proof: string) => void = () => undefined;
  readonly #listeners = new Set<(consortium: GovernedConsortium) => void>();
  readonly verifier: LogVerifier;

  private constructor({ options, genesis, latest, effective }: Opening, deps: Dependencies) {
    this.#options = options;
    this.#deps = deps;
    this.#genesis = genesis;
    this.#latest = latest;
    this.#effective = effective;
    this.verifier = governedVerifier(latest.consortium.origin, () => this.#latest.consortium.logKeys);
  }

  /**
   * Takes up the copy in the data folder, or fetches the first one.
   * @throws NodeGovernanceError; what is wrong with the genesis checkpoint or the log at hand
   */
  static async open(options: NodeGovernanceOptions, deps: Dependencies): Promise<NodeGovernance> {
    const genesis = await readFile(options.genesis).catch((cause: unknown) => {
      throw new NodeGovernanceError({ code: 'GENESIS_UNREADABLE', file: options.genesis }, { cause });
    });
    let latest = (await takeUp(options, genesis, deps)).fold;
    let effective = await readEffective(options.folder, genesis, latest.consortium);
    if (!isEquipped(effective.consortium, options.member)) {
      // What lies here is older than this member's admission, or than its keys.
      latest = (await fetchCopy(options, genesis, deps)).fold;
      effective = await readEffective(options.folder, genesis, latest.consortium);
    }
    return new NodeGovernance({ options, genesis, latest, effective }, deps);
  }

  get consortium(): GovernedConsortium {
    return this.#effective.consortium;
  }

  /** How many entries are written that no quorum has cosigned yet. */
  get waiting(): number {
    return this.#latest.head.size - this.#effective.head.size;
  }

  get ignoredCount(): number {
    return this.#effective.ignoredCount;
  }

  member(name: string): Member | undefined {
    return memberNamed(this.consortium, name);
  }

  /** Calls with the consortium as it is after each change that came into force. @returns how to stop that */
  onChanged(listener: (consortium: GovernedConsortium) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins to follow the log, or to keep it. Before, the witness of this node must answer. */
  async start({ onEquivocation }: { onEquivocation: (proof: string) => void }): Promise<void> {
    this.#onEquivocation = onEquivocation;
    this.#source = await this.#openSource();
  }

  /** Something may be new at the keeper, or at another. */
  hint(): void {
    void this.#source?.watch.look();
  }

  /** What keeps this node from what is new, by its code: `FOLLOW_FORKED` where the keeper has signed two trees. */
  get fault(): string | undefined {
    const { keeping, mirror, watch } = this.#source ?? {};
    if (keeping !== undefined) return keeping.fault;
    return mirror?.fault ?? watch?.fault;
  }

  /** What is known against keepers; nothing at who keeps the log, and before it is followed. */
  get accused(): Pick<GovernanceMirror, 'conviction' | 'proofs' | 'takeProof'> | undefined {
    return this.#source?.mirror;
  }

  /** Whether this node has read, and judged by itself, a log that begins with this tree. It looks once where it has not. */
  async holds(head: TreeHead): Promise<boolean> {
    const { size, root } = this.inForce;
    if (head.size === size && head.root.equals(root)) return true;
    const isHeld = async (): Promise<boolean> => (await this.#source?.mirror?.holds(head)) ?? false;
    if (await isHeld()) return true;
    await Promise.race([this.#source?.watch.look(), wait(LOOK_WAIT_MS_MAX, undefined, { ref: false })]);
    return isHeld();
  }

  /** What no other history of the log goes back behind. */
  get inForce(): TreeHead {
    return this.#effective.head;
  }

  /**
   * Appends a signed proposal. One that makes this member the keeper is the first that it writes: it asks nothing of the
   * keeper of before.
   * @throws GovernanceError GOVERNANCE_KEPT_ELSEWHERE and others; SequencerError
   */
  async take(note: Uint8Array): Promise<TakenProposal> {
    const keeping = this.#source?.keeping;
    if (keeping !== undefined) return keeping.take(note);
    const proposal = orThrow(parseProposal(note));
    const { change } = proposal;
    const { consortium, head } = this.#latest;
    if (change.kind !== 'keeper.changed' || change.member !== this.#options.member) {
      throw new GovernanceError({ code: 'GOVERNANCE_KEPT_ELSEWHERE', keeper: consortium.keeper });
    }
    orThrow(applyProposal(consortium, proposal, head));
    return this.#exchangeSource(() => this.#takeOver(note));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#moving;
    await this.#source?.close();
    await this.#turn;
  }

  /** The witnesses of a log of this member's, and where they answer. */
  peersFor(owner: string): WitnessPeers {
    return this.#peersOf(quorumFor(this.consortium, owner), this.consortium);
  }

  /**
   * The witnesses of the governance log. Those of the newest entries answer where these say, the others where they do by
   * what is in force, unless they are new.
   */
  #governancePeers(): WitnessPeers[] {
    const [latest, effective] = [this.#latest.consortium, this.consortium];
    const [newest, ...others] = governanceQuorums(latest, effective);
    return [this.#peersOf(newest!, latest), ...others.map((quorum) => this.#peersOf(quorum, effective))];
  }

  #peersOf({ witnesses, threshold }: Quorum, consortium: GovernedConsortium): WitnessPeers {
    const peers = witnesses.map((witness) => {
      const { url } = (memberNamed(consortium, witness.name) ?? memberNamed(this.#latest.consortium, witness.name))!;
      return { ...witness, url: `${url}/witness`, fetch: this.#deps.fetch };
    });
    return { witnesses: peers, threshold };
  }

  async #openSource(): Promise<Source> {
    return this.#latest.consortium.keeper === this.#options.member ? this.#keep() : this.#follow();
  }

  async #keep(): Promise<Source> {
    const { log, clock } = this.#deps;
    const keeping = await GovernanceKeeping.open(
      { folder: this.#options.folder, genesis: this.#genesis, logKey: this.verifier },
      {
        clock,
        log,
        peers: () => this.#governancePeers(),
        judge: () => this.#grow(),
        onWitnessed: (size) => this.#bringIntoForce(size),
      },
    );
    const changed = this.onChanged(() => keeping.reconsider());
    const watch = this.#watch((copy, note) => this.#giveWay(copy, note));
    return {
      keeping,
      watch,
      close: async () => {
        changed();
        await watch.close();
        await keeping.close();
      },
    };
  }

  async #follow(): Promise<Source> {
    const mirror = await GovernanceMirror.open(
      { folder: this.#options.folder.governanceLog, genesis: this.#genesis, logKey: this.verifier },
      {
        log: this.#deps.log,
        latest: () => this.#latest,
        adopt: (fold) => (this.#latest = fold),
        effective: () => this.#effective,
        onWitnessed: (size) => this.#bringIntoForce(size),
        onEquivocation: (proof) => this.#onEquivocation(proof),
      },
    );
    const watch = this.#watch((copy, note) => mirror.take(copy, note));
    return {
      mirror,
      watch,
      close: async () => {
        await watch.close();
        mirror.close();
      },
    };
  }

  #watch(onShown: (copy: TileSource, note: Buffer) => Promise<void>): CopyWatch {
    const { clock, log, fetch } = this.#deps;
    const { member, mirrors, pollIntervalMs } = this.#options;
    const places = (): CopyPlaces => {
      const { consortium } = this.#latest;
      const { keeper } = consortium;
      const copies = copiesOf('governance', { governance: { consortium }, but: [member, keeper], mirrors });
      return { copies, keeper: keeper === member ? undefined : `${memberNamed(consortium, keeper)!.url}/governance` };
    };
    return new CopyWatch({ pollIntervalMs }, { clock, log, fetch, places, onShown });
  }

  /** Where k members have made another the keeper, this one lays the pen down. */
  async #giveWay(copy: TileSource, note: Buffer): Promise<void> {
    const { size } = orThrow(parseCheckpoint(orThrow(parseNote(note)).text));
    if (size <= this.#effective.head.size) return;
    const { fold, checkpoint } = await readGovernance({ source: copy, genesis: this.#genesis });
    const { head } = this.#effective;
    if (fold.consortium.logKeys.length <= this.#latest.consortium.logKeys.length || size <= head.size) return;
    if (!(await (await VerifiedTiles.open(copy, checkpoint)).rootAt(head.size)).equals(head.root)) return;
    queueMicrotask(() => void this.#moveSource(async () => void (this.#latest = fold)));
  }

  /** All that is written here, the entry that makes this member the keeper as the last. */
  async #takeOver(note: Uint8Array): Promise<TakenProposal> {
    const { root, governanceLog: folder, governanceLogKey } = this.#options.folder;
    const signingKey = await readSigningKey(governanceLogKey);
    const signingFolder = governanceSigningFolder(root, signingKey);
    const source = new FolderSource(folder);
    const taken = await takeOverGovernance(
      note,
      { folder, signingFolder, signingKey, genesis: this.#genesis, source },
      { log: this.#deps.log },
    );
    this.#latest = (await this.#read()).fold;
    return taken;
  }

  /** Takes in what was written: its keys verify what comes next. */
  #grow(): Promise<void> {
    return this.#inTurn(async () => {
      this.#latest = (await this.#read()).fold;
    });
  }

  /** Everything below this size has the quorum. */
  #bringIntoForce(size: number): Promise<void> {
    return this.#inTurn(async () => {
      if (size <= this.#effective.head.size) return;
      this.#effective = (await this.#read(size)).fold;
      this.#tell();
    });
  }

  #tell(): void {
    const { consortium } = this;
    this.#deps.log.info({ size: consortium.size, waiting: this.waiting }, 'governance entries came into force');
    for (const listener of this.#listeners) listener(consortium);
    const isKept = this.#source?.keeping !== undefined;
    if (isKept !== (consortium.keeper === this.#options.member)) queueMicrotask(() => void this.#moveSource());
  }

  /** Another keeper. */
  async #moveSource(before: () => Promise<void> = async () => undefined): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#exchangeSource(before);
    } catch (error) {
      log.error({ reason: String(error) }, 'the governance log has another keeper: restart this node');
    }
  }

  /** Does the step while nobody holds the log here. */
  #exchangeSource<T>(step: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(async () => {
      await this.#source?.close();
      try {
        return await step();
      } finally {
        if (!this.#isClosed) this.#source = await this.#openSource();
      }
    });
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  #read(size?: number): Promise<ReadGovernance> {
    const source = new FolderSource(this.#options.folder.governanceLog);
    return readGovernance({ source, genesis: this.#genesis, ...(size !== undefined && { size }) });
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch((error: unknown) => {
      this.#deps.log.error({ reason: String(error) }, 'the governance log here cannot be read');
    });
    return done;
  }
}

interface Opening {
  readonly options: NodeGovernanceOptions;
  readonly genesis: Uint8Array;
  readonly latest: GovernanceFold;
  readonly effective: GovernanceFold;
}
