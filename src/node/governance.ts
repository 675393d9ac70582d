import { readFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Consortium, Member } from '../governance/consortium.ts';
import type { GovernanceFold } from '../governance/fold.ts';
import { GovernanceError } from '../governance/governance-fault.ts';
import { readGovernance, type ReadGovernance } from '../governance/governance-reader.ts';
import { GovernanceKeeper, type TakenProposal } from '../governance/keeper.ts';
import { memberNamed, type GovernedConsortium } from '../governance/governed.ts';
import { governanceQuorums, governedVerifier, quorumFor } from '../governance/quorum.ts';
import { Cosigning, type WitnessPeers } from '../ledger/cosigning.ts';
import { Follower } from '../ledger/follower.ts';
import { WITNESSED_PATH } from '../ledger/layout.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { Mirror } from '../ledger/mirror.ts';
import { NOTE_SIZE_MAX } from '../ledger/note.ts';
import { readSigningKey } from '../ledger/note-key.ts';
import { openWitnessedByAny } from '../ledger/quorum.ts';
import { FolderSource, openSource, type TileSource } from '../ledger/tile-source.ts';
import type { Fetch } from '../peers/peer-client.ts';
import { copiesOf } from './copies.ts';
import type { DataFolder } from './data-folder.ts';
import { isEquipped } from './keys.ts';
import { governanceSigningFolder } from './member-keys.ts';

export type NodeGovernanceFault =
  | { code: 'GENESIS_UNREADABLE'; file: string }
  | { code: 'GOVERNANCE_NOT_FOUND'; places: string; reason: string };
export class NodeGovernanceError extends Fault<NodeGovernanceFault> {}

export interface NodeGovernanceOptions {
  readonly folder: DataFolder;
  readonly member: string;
  /** The genesis checkpoint's file. */
  readonly genesis: string;
  /** Folders and addresses where the governance log may be found before there is a copy of it here. */
  readonly from: readonly string[];
  /** Web servers with copies of the logs, asked where the keeper's address fails. */
  readonly mirrors: readonly string[];
  readonly pollIntervalMs: number;
}

interface Dependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: Fetch;
  /** For a first copy of the log: before it is here nothing says whose certificate to expect, and the genesis says enough. */
  readonly fetchFirst: Fetch;
}

/** What keeps the copy here current: the keeper's own pen, or an eye on the keeper. */
interface Source {
  /** Undefined at who does not keep the log. */
  readonly keeper?: GovernanceKeeper;
  hint(): void;
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
  async start(): Promise<void> {
    this.#source = await this.#openSource();
  }

  /** Something may be new at the keeper. */
  hint(): void {
    this.#source?.hint();
  }

  /** Appends a signed proposal. @throws GovernanceError GOVERNANCE_KEPT_ELSEWHERE and others; SequencerError */
  async take(note: Uint8Array): Promise<TakenProposal> {
    const keeper = this.#source?.keeper;
    if (keeper === undefined) {
      throw new GovernanceError({ code: 'GOVERNANCE_KEPT_ELSEWHERE', keeper: this.consortium.keeper });
    }
    return keeper.take(note);
  }

  async close(): Promise<void> {
    await this.#source?.close();
    await this.#turn;
  }

  /** The witnesses of a log of this member's, and where they answer. */
  peersFor(owner: string): WitnessPeers {
    const { witnesses, threshold } = quorumFor(this.consortium, owner);
    const peers = witnesses.map((witness) => ({
      ...witness,
      url: `${this.member(witness.name)!.url}/witness`,
      fetch: this.#deps.fetch,
    }));
    return { witnesses: peers, threshold };
  }

  async #openSource(): Promise<Source> {
    const { folder, member } = this.#options;
    return this.#latest.consortium.keeper === member ? this.#keep(folder) : this.#follow(folder);
  }

  async #keep({ root, governanceLog, governanceLogKey }: DataFolder): Promise<Source> {
    const { log, clock } = this.#deps;
    const signingKey = await readSigningKey(governanceLogKey);
    const signingFolder = governanceSigningFolder(root, signingKey);
    const keeper = await GovernanceKeeper.open(
      { folder: governanceLog, signingFolder, signingKey, genesis: this.#genesis },
      { log },
    );
    const cosigning = await Cosigning.open(
      { folder: governanceLog, logKey: this.verifier },
      {
        clock,
        log,
        checkpoints: keeper.sequencer,
        peers: () => this.peersFor(this.#options.member),
        onForked: ({ code }) => keeper.sequencer.stopSigning(code),
      },
    );
    const grown = keeper.sequencer.onPublished(() => void this.#grow());
    const changed = this.onChanged(() => cosigning.reconsider());
    const witnessed = cosigning.onWitnessed(({ size }) => void this.#bringIntoForce(size));
    return {
      keeper,
      hint: () => undefined,
      close: async () => {
        grown();
        changed();
        witnessed();
        await cosigning.close();
        await keeper.close();
      },
    };
  }

  async #follow({ governanceLog }: DataFolder): Promise<Source> {
    const { clock, log, fetch } = this.#deps;
    const { keeper } = this.#latest.consortium;
    const { url } = memberNamed(this.#latest.consortium, keeper)!;
    const { member, mirrors, pollIntervalMs } = this.#options;
    const follower = await Follower.open(
      {
        folder: governanceLog,
        logKey: this.verifier,
        url: `${url}/governance`,
        deliverFrom: this.#latest.head.size,
        pollIntervalMs,
        fetch,
      },
      {
        clock,
        log,
        onEntries: () => this.#grow(),
        mirrors: () => copiesOf('governance', { governance: this, but: [member, keeper], mirrors }),
        quorums: () => [...governanceQuorums(this.#latest.consortium), quorumFor(this.consortium, keeper)],
        onWitnessed: ({ size }) => this.#bringIntoForce(size),
      },
    );
    return { hint: () => follower.hint(), close: () => follower.close() };
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
      const before = this.consortium;
      this.#effective = (await this.#read(size)).fold;
      this.#tell(before);
    });
  }

  #tell(before: Consortium): void {
    const { consortium } = this;
    this.#deps.log.info({ size: consortium.size, waiting: this.waiting }, 'governance entries came into force');
    for (const listener of this.#listeners) listener(consortium);
    const place = (one: Consortium): string => `${one.keeper} ${memberNamed(one, one.keeper)?.url}`;
    if (place(before) !== place(consortium)) queueMicrotask(() => void this.#moveSource());
  }

  /** Another keeper, or the same at another address. */
  async #moveSource(): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#source?.close();
      this.#source = await this.#openSource();
    } catch (error) {
      log.error({ reason: String(error) }, 'the governance log has another keeper: restart this node');
    }
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

/** The log in the data folder; where there is none, a copy from the first place that has it. */
async function takeUp(
  options: NodeGovernanceOptions,
  genesis: Uint8Array,
  deps: Dependencies,
): Promise<ReadGovernance> {
  try {
    return await readGovernance({ source: new FolderSource(options.folder.governanceLog), genesis });
  } catch (error) {
    if (codeOf(error) !== 'LOG_FILE_MISSING') throw error;
  }
  return fetchCopy(options, genesis, deps);
}

/**
 * Brings the copy in the data folder level with the first place that has the log.
 * @throws NodeGovernanceError GOVERNANCE_NOT_FOUND where there is no copy here, and no place has one
 */
async function fetchCopy(
  { folder, from }: NodeGovernanceOptions,
  genesis: Uint8Array,
  { log, fetchFirst: fetch }: Dependencies,
): Promise<ReadGovernance> {
  let reason = 'LOG_FILE_MISSING';
  for (const place of from) {
    try {
      const source = openSource(place, { fetch });
      const read = await readGovernance({ source, genesis });
      await copyFrom(source, read, { folder: folder.governanceLog, log });
      return read;
    } catch (error) {
      reason = codeOf(error);
      log.warn({ place, reason }, 'the governance log was not found there');
    }
  }
  const here = new FolderSource(folder.governanceLog);
  return readGovernance({ source: here, genesis }).catch((cause: unknown) => {
    throw new NodeGovernanceError({ code: 'GOVERNANCE_NOT_FOUND', places: from.join(' '), reason }, { cause });
  });
}

/** With the checkpoint that its witnesses cosigned: what is in force is what that covers. */
async function copyFrom(
  source: TileSource,
  { fold: { consortium }, checkpoint }: ReadGovernance,
  { folder, log }: { folder: string; log: Log },
): Promise<void> {
  const logKey = governedVerifier(consortium.origin, () => consortium.logKeys);
  const mirror = await Mirror.open({ folder, logKey }, { log });
  try {
    await mirror.advance(checkpoint, source);
    const note = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    const witnessed = note && openWitnessedByAny(note, logKey, governanceQuorums(consortium));
    if (witnessed !== undefined && !(witnessed instanceof Fault) && witnessed.size <= checkpoint.size) {
      await mirror.keepWitnessed(witnessed);
    }
  } finally {
    mirror.close();
  }
}

/** What is in force: as far as the checkpoint that a quorum cosigned, and at least what the genesis checkpoint names. */
async function readEffective(
  folder: DataFolder,
  genesis: Uint8Array,
  latest: GovernedConsortium,
): Promise<GovernanceFold> {
  const source = new FolderSource(folder.governanceLog);
  const note = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
  const verifier = governedVerifier(latest.origin, () => latest.logKeys);
  const opened = note && openWitnessedByAny(note, verifier, governanceQuorums(latest));
  const size = opened === undefined || opened instanceof Fault ? 1 : Math.min(opened.size, latest.size);
  return (await readGovernance({ source, genesis, size })).fold;
}

function codeOf(error: unknown): string {
  if (error instanceof Fault) return (error as Fault).facts.code;
  throw error;
}
