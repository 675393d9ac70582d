import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { makeFolderDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { type Checkpoint, openCheckpoint, parseCheckpointLines } from './checkpoint.ts';
import { cosigner, type WitnessSigningKey } from './cosignature.ts';
import { proveEquivocation } from './equivocation.ts';
import { failureReason } from './failure.ts';
import { asTaken, type LogVerifier } from './log-verifier.ts';
import { EMPTY_ROOT, verifyConsistency } from './merkle.ts';
import { type Note, type NoteSigner, openNote, parseNote, signatureLine } from './note.ts';
import type { TreeHead } from './verified-tiles.ts';
import { WitnessError } from './witness-fault.ts';
import {
  noteOfRequest,
  parseWitnessRequest,
  WITNESS_REQUEST_SIZE_MAX,
  type WitnessRequest,
} from './witness-request.ts';
import { type Cosigned, originHash, WitnessState } from './witness-state.ts';

/** Requests for one origin that wait for their turn. A log asks for one checkpoint at a time. */
export const WITNESS_WAITING_MAX = 32;

export interface WitnessOptions {
  /** What was cosigned. It never goes back, and stays out of backups: see `SigningState`. */
  readonly folder: string;
  /** Several while one is exchanged for the next; none of them signs anything else. */
  readonly keys: readonly WitnessSigningKey[];
}

export interface WitnessDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** The log of this origin, if it is one that is witnessed. */
  keysOf(origin: string): LogVerifier | undefined;
  /** Whether the owner of this log stands convicted of two histories: of such a log nothing is cosigned. */
  isConvicted(origin: string): boolean;
  /** Called with each checkpoint that its log signed and that is not cosigned, whatever for. */
  onDoubt?(note: string): void;
  /** Takes over the proof that a log has signed two trees. Nothing more of that log is answered until it has. */
  onProof?(origin: string, proof: string): Promise<void>;
  /** Where not the log's word alone is cosigned: whether what the checkpoint covers was read here, and is what it says. */
  hasRead?(origin: string, head: TreeHead): Promise<boolean>;
  /** What such a log goes on from, where the key that signed what was cosigned last had no word for that size. */
  inForce?(origin: string): TreeHead | undefined;
}

/** A request whose log is known and has signed. */
interface Asked {
  readonly logKey: LogVerifier;
  readonly checkpoint: Checkpoint;
  /** Its signatures are the log's own. */
  readonly note: Note;
}

/** One witnessed log. */
interface Witnessed {
  readonly state: WitnessState;
  /** Ends when the last request for it has its answer. */
  turn: Promise<unknown>;
  waiting: number;
}

/**
 * Cosigns the checkpoints of others' logs (C2SP tlog-witness), each only if its tree continues the one that was cosigned
 * before. Check and store are one step for each log, and the store is durable before the answer: so whatever comes in
 * whatever order, no two cosignatures are of trees that contradict each other.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #dependencies: WitnessDependencies;
  readonly #lock: { release(): void };
  #signers: readonly NoteSigner[];
  readonly #logs = new Map<string, Witnessed>();
  #closing: Promise<void> | undefined;

  private constructor(options: WitnessOptions, dependencies: WitnessDependencies, lock: { release(): void }) {
    assert(options.keys.length > 0);
    this.#options = options;
    this.#dependencies = dependencies;
    this.#lock = lock;
    this.#signers = options.keys.map((key) => cosigner(key, dependencies.clock));
  }

  /** @throws FolderLockError FOLDER_IN_USE */
  static async open(options: WitnessOptions, dependencies: WitnessDependencies): Promise<Witness> {
    await makeFolderDurably(options.folder, 0o700);
    return new Witness(options, dependencies, lockFolder(options.folder));
  }

  /** Signs with these keys from now on. @param keys at least one */
  exchangeKeys(keys: readonly WitnessSigningKey[]): void {
    assert(keys.length > 0);
    this.#signers = keys.map((key) => cosigner(key, this.#dependencies.clock));
  }

  /**
   * Answers one request (tlog-witness, "add-checkpoint").
   * @returns the signature lines, one for each key
   * @throws WitnessError, in the order of the specification's cases
   */
  async addCheckpoint(body: Buffer): Promise<string> {
    const [size, sizeMax] = [body.length, WITNESS_REQUEST_SIZE_MAX];
    if (size > sizeMax) throw new WitnessError({ code: 'WITNESS_REQUEST_TOO_LARGE', size, sizeMax });
    const asked = this.#openRequest(body);
    try {
      return await this.#answer(body, asked);
    } catch (error) {
      // How it was asked says nothing of the log: anybody may have sent its checkpoint with a wrong proof. Its tiles may.
      this.#dependencies.onDoubt?.(noteOfRequest(body)!.toString('utf8'));
      throw error;
    }
  }

  /**
   * The checkpoint that was cosigned last, of the log whose origin has this SHA-256 in hex (tlog-witness, "monitoring").
   * @throws WitnessError WITNESS_STATE_UNREADABLE
   */
  async cosigned(hashHex: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{64}$/.test(hashHex)) return undefined;
    // Read from the file: what is in memory belongs to the request whose turn it is.
    return (await new WitnessState(join(this.#options.folder, hashHex)).last())?.note;
  }

  /** Answers what was taken in, and lets go of the folder. */
  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    await Promise.allSettled([...this.#logs.values()].map(({ turn }) => turn));
    this.#lock.release();
  }

  /** Who asks: the log is known, and signed. */
  #openRequest(body: Buffer): Asked {
    const bytes = noteOfRequest(body);
    const unverified = bytes && parseNote(bytes);
    if (bytes === undefined || unverified === undefined || unverified instanceof Fault) throw notCheckpoint();
    const [origin] = unverified.text.toString('utf8').split('\n');
    const logKey = this.#dependencies.keysOf(origin!);
    if (logKey === undefined) throw new WitnessError({ code: 'WITNESS_ORIGIN_UNKNOWN' });
    const checkpoint = parseCheckpointLines(unverified.text);
    if (checkpoint instanceof Fault) throw notCheckpoint();
    const note = openNote(bytes, logKey.at(checkpoint.size));
    if (note instanceof Fault) throw new WitnessError({ code: 'WITNESS_NOT_SIGNED', reason: note.facts.code });
    return { logKey, checkpoint, note };
  }

  async #answer(body: Buffer, asked: Asked): Promise<string> {
    const request = parseWitnessRequest(body);
    if (request instanceof Fault) throw request;
    const { size } = asked.checkpoint;
    const { oldSize } = request;
    if (oldSize > size) throw new WitnessError({ code: 'WITNESS_OLD_SIZE_PAST_END', oldSize, size });
    const witnessed = this.#witnessed(asked.logKey.name);
    return this.#inTurn(witnessed, () => this.#cosign(witnessed, request, asked));
  }

  #witnessed(origin: string): Witnessed {
    const known = this.#logs.get(origin);
    if (known !== undefined) return known;
    const file = join(this.#options.folder, originHash(origin));
    const witnessed: Witnessed = {
      state: new WitnessState(file),
      turn: Promise.resolve(),
      waiting: 0,
    };
    this.#logs.set(origin, witnessed);
    return witnessed;
  }

  /** One request after the other for each log; several logs side by side. */
  async #inTurn<T>(witnessed: Witnessed, step: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new WitnessError({ code: 'WITNESS_CLOSED' });
    if (witnessed.waiting >= WITNESS_WAITING_MAX) {
      throw new WitnessError({ code: 'WITNESS_BUSY', waitingMax: WITNESS_WAITING_MAX });
    }
    witnessed.waiting += 1;
    const before = witnessed.turn;
    const done = before.then(step, step);
    witnessed.turn = done;
    try {
      return await done;
    } finally {
      witnessed.waiting -= 1;
    }
  }

  async #cosign(witnessed: Witnessed, request: WitnessRequest, asked: Asked): Promise<string> {
    await this.#check(witnessed, request, asked);
    const { checkpoint, note, logKey } = asked;
    // After what the specification has: who restored an old copy learns first that it knows too little.
    if (this.#dependencies.isConvicted(logKey.name)) throw new WitnessError({ code: 'WITNESS_LOG_CONVICTED' });
    const lines = this.#signers.map((signer) => lineOf(signer, note.text)).join('');
    const own = note.signatures.map(signatureLine).join('');
    await this.#store(witnessed, { ...checkpoint, note: `${note.text.toString('utf8')}\n${own}${lines}` });
    return lines;
  }

  /** The cases of tlog-witness in their order, once who asks is known. */
  async #check(witnessed: Witnessed, request: WitnessRequest, { checkpoint, logKey }: Asked): Promise<void> {
    const { size, root } = checkpoint;
    const last = standing(await witnessed.state.last(), logKey, this.#dependencies.inForce?.(logKey.name));
    const isOfOtherTree = last?.size === size && !last.root.equals(root);
    if (isOfOtherTree && 'note' in last) await this.#accuse(last, request.note, logKey);
    const lastSize = last?.size ?? 0;
    if (request.oldSize !== lastSize) throw new WitnessError({ code: 'WITNESS_OLD_SIZE_OTHER', size: lastSize });
    if (isOfOtherTree || (size === 0 && !root.equals(EMPTY_ROOT))) {
      throw new WitnessError({ code: 'WITNESS_ROOT_OTHER', size });
    }
    const claim = { olderSize: lastSize, olderRoot: last?.root ?? EMPTY_ROOT, newerSize: size, newerRoot: root };
    if (verifyConsistency(claim, request.proof)) {
      if ((await this.#dependencies.hasRead?.(logKey.name, checkpoint)) ?? true) return;
      throw new WitnessError({ code: 'WITNESS_NOT_READ', size });
    }
    throw new WitnessError({ code: 'WITNESS_NOT_CONSISTENT', oldSize: lastSize, size });
  }

  async #store(witnessed: Witnessed, next: Cosigned): Promise<void> {
    try {
      await witnessed.state.store(next);
    } catch (cause) {
      const reason = failureReason(cause);
      this.#dependencies.log.error({ code: 'WITNESS_STORE_FAILED', reason }, 'nothing was cosigned');
      throw new WitnessError({ code: 'WITNESS_STORE_FAILED', reason }, { cause });
    }
  }

  /** Two checkpoints of one size and two trees, both signed by their log, need no more to convict it. */
  async #accuse(last: Cosigned, note: string, logKey: LogVerifier): Promise<void> {
    const held = openCheckpoint(Buffer.from(last.note), logKey);
    const offered = openCheckpoint(Buffer.from(note), logKey);
    // A key that may sign this size no longer convicts nobody.
    if (held instanceof Fault || offered instanceof Fault) return;
    const proof = await proveEquivocation([held, offered], { logKey });
    if (proof !== undefined) await this.#dependencies.onProof?.(logKey.name, proof);
  }
}

/**
 * What the log has to continue: what was cosigned last, or where that was given up, the tree that was settled on. A key
 * that has ended since gives up nothing: whoever holds the next one would have a second tree cosigned.
 */
function standing(
  last: Cosigned | undefined,
  logKey: LogVerifier,
  inForce: TreeHead | undefined,
): Cosigned | TreeHead | undefined {
  const { settled } = logKey;
  if (last === undefined) return settled;
  const verifier = inForce === undefined ? asTaken(logKey) : logKey;
  const isGivenUp = openCheckpoint(Buffer.from(last.note), verifier) instanceof Fault;
  return isGivenUp ? (settled ?? inForce ?? last) : last;
}

function lineOf(signer: NoteSigner, text: Buffer): string {
  return signatureLine({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) });
}

function notCheckpoint(): WitnessError {
  return new WitnessError({ code: 'WITNESS_REQUEST_MALFORMED', part: 'checkpoint' });
}
