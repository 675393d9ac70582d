import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { failureReason } from './failure.ts';
import { WITNESSED_PATH } from './layout.ts';
import { asTaken, type LogVerifier } from './log-verifier.ts';
import { isSameKey, NOTE_SIZE_MAX, type NoteSignature, signatureLine } from './note.ts';
import { proveConsistency } from './proof.ts';
import { cosignaturesOf, type EligibleWitness, fittingLines, isQuorum, openWitnessedByAny } from './quorum.ts';
import { TreeReader } from './reader.ts';
import type { PublishedCheckpoint } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';
import type { TreeHead } from './verified-tiles.ts';
import { WitnessClient, type WitnessClientFault, WitnessClientError } from './witness-client.ts';

/** What restricts is on its way to every gate first, and a burst of entries is witnessed in one round. */
const GATHER_MS = 40;
/** After a round without a quorum, doubled with each one that follows. */
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 5_000;

/** A witness, and where it answers. */
export interface WitnessPeer extends EligibleWitness {
  /** Its submission prefix, such as `http://127.0.0.1:7102/witness`. */
  readonly url: string;
  readonly fetch?: typeof fetch;
}

/** Whom to ask, and how many of them are enough. */
export interface WitnessPeers {
  readonly witnesses: readonly WitnessPeer[];
  readonly threshold: number;
}

export interface CosigningOptions {
  /** The log's folder, where the file is written. */
  readonly folder: string;
  readonly logKey: LogVerifier;
  readonly timeoutMs?: number;
  readonly backoffMsMax?: number;
}

/** What is to be witnessed: a `Sequencer`. */
export interface CheckpointSource {
  readonly checkpoint: PublishedCheckpoint;
  onPublished(listener: (checkpoint: PublishedCheckpoint) => void): () => void;
}

export interface CosigningDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly checkpoints: CheckpointSource;
  /** Any one of these quorums is enough, and there is at least one. Asked at every round, as members come and go. */
  peers(): readonly WitnessPeers[];
  /** Called when a witness showed, with our own signature, a checkpoint that is not of this log: it was forked. */
  onForked?(fault: WitnessClientFault): void;
}

export interface Witnessed extends TreeHead {
  /** The checkpoint with its log's signature and those of the witnesses. */
  readonly note: string;
  /** Of whom the cosignatures are. */
  readonly witnesses: readonly string[];
  /** When the quorum was complete, or was found in the file, in ms since 1970. */
  readonly atMs: number;
}

/** `COSIGNING_FAILED` is no fault of the witness: our own log's files could not be read. */
export type CosigningFault = WitnessClientFault | { code: 'COSIGNING_FAILED'; reason: string };

/** How one witness did. */
export interface WitnessHealth {
  readonly name: string;
  /** The largest size that it cosigned, and when it did. */
  readonly size?: number;
  readonly answeredAtMs?: number;
  readonly fault?: CosigningFault;
}

export interface CosigningState {
  readonly witnessed: Witnessed | undefined;
  readonly witnesses: readonly WitnessHealth[];
}

/** One peer, for as long as it is one. */
interface Asking {
  readonly client: WitnessClient;
  health: WitnessHealth;
  /** Set while a request is under way, which may belong to an earlier round. */
  busy: Promise<void> | undefined;
}

/** One checkpoint, until a quorum has cosigned it or everybody has answered. */
interface Round {
  readonly checkpoint: PublishedCheckpoint;
  readonly peers: readonly WitnessPeers[];
  readonly signatures: NoteSignature[];
  /** For the proofs: what one witness needs, the others need as a rule. */
  readonly tree: TreeReader;
  readonly complete: PromiseWithResolvers<void>;
}

/**
 * Gathers cosignatures for the checkpoints of this member's log, one checkpoint at a time and the newest next. A quorum
 * ends a round at once: who is slow joins the next one when he is back.
 */
export class Cosigning {
  readonly #options: CosigningOptions;
  readonly #dependencies: CosigningDependencies;
  readonly #source: FolderSource;
  readonly #stopping = new AbortController();
  readonly #askings = new Map<string, Asking>();
  readonly #listeners = new Set<(witnessed: Witnessed) => void>();
  readonly #unsubscribe: () => void;
  #witnessed: Witnessed | undefined;
  // The lines below it, verified.
  #cosigned: readonly NoteSignature[] = [];
  #failures = 0;
  #wake: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: CosigningOptions, dependencies: CosigningDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#source = new FolderSource(options.folder);
    this.#unsubscribe = dependencies.checkpoints.onPublished(() => this.#wake?.());
  }

  /** Begins with the newest checkpoint, where the file does not have it already. */
  static async open(options: CosigningOptions, dependencies: CosigningDependencies): Promise<Cosigning> {
    const cosigning = new Cosigning(options, dependencies);
    cosigning.#witnessed = await cosigning.#readFile();
    cosigning.#running = cosigning.#run();
    return cosigning;
  }

  /** The newest checkpoint with a quorum. */
  get witnessed(): Witnessed | undefined {
    return this.#witnessed;
  }

  state(): CosigningState {
    return { witnessed: this.#witnessed, witnesses: [...this.#askings.values()].map(({ health }) => health) };
  }

  /** Calls the listener with every checkpoint that comes to a quorum, once its file is durable. @returns how to stop that */
  onWitnessed(listener: (witnessed: Witnessed) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Others may witness now: what these have not cosigned as many as are needed, they are asked for. */
  reconsider(): void {
    this.#wake?.();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await this.#running;
    for (const { busy } of this.#askings.values()) await busy;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const { checkpoint } = this.#dependencies.checkpoints;
      const peers = this.#dependencies.peers();
      if (this.#isWitnessed(checkpoint, peers)) {
        await this.#pause();
        await this.#pause(GATHER_MS);
      } else if (await this.#hasQuorum(checkpoint, peers)) {
        this.#failures = 0;
      } else {
        this.#failures += 1;
        const { backoffMsMax = BACKOFF_MS_MAX } = this.#options;
        await this.#pause(Math.min(backoffMsMax, BACKOFF_MS_MIN * 2 ** (this.#failures - 1)));
      }
    }
  }

  /** Does one round. */
  async #hasQuorum(checkpoint: PublishedCheckpoint, peers: readonly WitnessPeers[]): Promise<boolean> {
    const tree = new TreeReader(this.#source, checkpoint.size);
    const round: Round = { checkpoint, peers, signatures: [], tree, complete: Promise.withResolvers() };
    const places = new Map(peers.flatMap(({ witnesses }) => witnesses).map((peer) => [placeOf(peer), peer]));
    this.#forgetOthers(places);
    this.#settle(round);
    const asked = [...places.values()].map((peer) => this.#askFor(round, peer));
    await Promise.race([round.complete.promise, Promise.all(asked)]);
    const quorum = quorumMet(round.signatures, peers);
    if (quorum === undefined || this.#stopping.signal.aborted) return false;
    try {
      await this.#publish(round, quorum);
      return true;
    } catch (error) {
      this.#dependencies.log.error({ reason: failureReason(error) }, 'a witnessed checkpoint could not be written');
      return false;
    }
  }

  /** Asks one witness, after what it is still busy with. */
  async #askFor(round: Round, peer: WitnessPeer): Promise<void> {
    const asking = this.#askingOf(peer);
    while (asking.busy !== undefined) await asking.busy;
    // Who knows more of this log than we do is asked no more: what is signed here may contradict it.
    if (this.#isOver(round) || asking.health.fault?.code === 'WITNESS_AHEAD') return;
    asking.busy = this.#ask(round, peer, asking);
    await asking.busy;
  }

  async #ask(round: Round, peer: WitnessPeer, asking: Asking): Promise<void> {
    const { checkpoint } = round;
    try {
      const signatures = await asking.client.submit({
        ...checkpoint,
        logKey: this.#options.logKey,
        prove: (olderSize) => proveConsistency(round.tree, olderSize),
      });
      // One who is asked at two addresses has one word all the same.
      round.signatures.push(...signatures.filter((line) => !round.signatures.some((known) => isSameKey(known, line))));
      asking.health = { name: peer.name, size: checkpoint.size, answeredAtMs: this.#dependencies.clock.nowMs() };
      this.#settle(round);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(asking, error);
    } finally {
      asking.busy = undefined;
    }
  }

  #failed(asking: Asking, error: unknown): void {
    const { log } = this.#dependencies;
    const { name, fault: before } = asking.health;
    const fault: CosigningFault =
      error instanceof WitnessClientError ? error.facts : { code: 'COSIGNING_FAILED', reason: failureReason(error) };
    asking.health = { ...asking.health, fault };
    if ('isProven' in fault && fault.isProven) this.#dependencies.onForked?.(fault);
    if (before?.code === fault.code) return;
    const isAlarm = fault.code === 'WITNESS_AHEAD' || fault.code === 'WITNESS_CONTRADICTS';
    if (isAlarm) log.error({ witness: name, ...fault }, 'a witness knows another log than this one');
    else log.warn({ witness: name, ...fault }, 'a witness does not cosign for now');
  }

  #settle(round: Round): void {
    const { signatures, peers, complete } = round;
    if (quorumMet(signatures, peers) !== undefined) complete.resolve();
  }

  /** Puts the file beside the checkpoint, the complete quorum first, and tells of it. */
  async #publish({ checkpoint, signatures, peers }: Round, quorum: WitnessPeers): Promise<void> {
    const { folder } = this.#options;
    const lines = fittingLines(signatures, [quorum, ...peers]);
    const note = checkpoint.note + lines.map(signatureLine).join('');
    await writeDurably(join(folder, WITNESSED_PATH), note);
    const witnesses = cosignaturesOf(lines, quorum).map(({ witness }) => witness);
    this.#cosigned = lines;
    const witnessed = { ...checkpoint, note, witnesses, atMs: this.#dependencies.clock.nowMs() };
    this.#witnessed = witnessed;
    // A listener has its own turn: what it throws is no failure of this round.
    for (const listener of this.#listeners) queueMicrotask(() => listener(witnessed));
  }

  /** What was witnessed before a restart, where it still has a quorum of those who are asked now. */
  async #readFile(): Promise<Witnessed | undefined> {
    const bytes = await this.#source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    if (bytes === undefined) return undefined;
    const opened = openWitnessedByAny(bytes, asTaken(this.#options.logKey), this.#dependencies.peers());
    if (opened instanceof Fault || opened.size > this.#dependencies.checkpoints.checkpoint.size) return undefined;
    const { size, root, note, cosignatures, signatures } = opened;
    this.#cosigned = signatures;
    const witnesses = cosignatures.map(({ witness }) => witness);
    return { size, root, note, witnesses, atMs: this.#dependencies.clock.nowMs() };
  }

  #askingOf({ name, url, keys, fetch: call }: WitnessPeer): Asking {
    const place = placeOf({ name, url, keys });
    const known = this.#askings.get(place);
    if (known !== undefined) return known;
    const { timeoutMs } = this.#options;
    const client = new WitnessClient({
      url,
      keys,
      signal: this.#stopping.signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(call !== undefined && { fetch: call }),
    });
    const asking: Asking = { client, health: { name }, busy: undefined };
    this.#askings.set(place, asking);
    return asking;
  }

  #forgetOthers(places: ReadonlyMap<string, WitnessPeer>): void {
    for (const [place, { busy }] of this.#askings) {
      if (!places.has(place) && busy === undefined) this.#askings.delete(place);
    }
  }

  /** Waits for so long, or without a time for the next checkpoint; and in either case not past the end. */
  async #pause(ms?: number): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    signal.addEventListener('abort', end);
    const timer = ms === undefined ? undefined : setTimeout(end, ms);
    if (ms === undefined) this.#wake = end;
    await over.promise;
    this.#wake = undefined;
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }

  #isOver({ checkpoint, peers }: Round): boolean {
    return this.#stopping.signal.aborted || this.#isWitnessed(checkpoint, peers);
  }

  #isWitnessed({ size, note }: PublishedCheckpoint, peers: readonly WitnessPeers[]): boolean {
    if (size === 0) return true;
    if (this.#witnessed === undefined || size > this.#witnessed.size) return false;
    // Signed anew, with the log's next key: the file has it so too.
    if (size === this.#witnessed.size && !this.#witnessed.note.startsWith(note)) return false;
    return quorumMet(this.#cosigned, peers) !== undefined;
  }
}

function quorumMet(signatures: readonly NoteSignature[], peers: readonly WitnessPeers[]): WitnessPeers | undefined {
  return peers.find((quorum) => isQuorum(cosignaturesOf(signatures, quorum), quorum));
}

/** Who changes its address or its keys is another one to ask. */
function placeOf({ name, url, keys }: Pick<WitnessPeer, 'name' | 'url' | 'keys'>): string {
  return JSON.stringify([name, url, ...keys.map(({ vkey }) => vkey)]);
}
