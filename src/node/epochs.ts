import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Epoch } from '../governance/consortium.ts';
import { EpochKeys } from '../sealing/epoch-keys.ts';
import type { EpochKey, EpochKeyNotHeldFault } from '../sealing/seal.ts';
import { type Envelope, sealStatement } from '../statements/codec.ts';
import type { Statement } from '../statements/statement.ts';
import type { DataFolder } from './data-folder.ts';
import type { NodeGovernance } from './governance.ts';
import { readSealingKeys } from './member-keys.ts';
import type { OwnKeys } from './own-keys.ts';

export class EpochsError extends Fault<EpochKeyNotHeldFault> {}

interface EpochsOptions {
  readonly folder: DataFolder;
  readonly member: string;
}

interface EpochsDependencies {
  readonly governance: NodeGovernance;
  /** The sealing keys are among them, and may just be changing their names. */
  readonly ownKeys: Pick<OwnKeys, 'settled'>;
  readonly log: Log;
}

/** The epoch keys that this node was given, kept level with governance, and the one that it seals under now. */
export class Epochs {
  readonly keys: EpochKeys;
  readonly #options: EpochsOptions;
  readonly #deps: EpochsDependencies;
  readonly #unsubscribe: () => void;
  #turn: Promise<unknown> = Promise.resolve();
  /** Epochs whose key was wrapped for this member and does not open. */
  readonly #broken = new Set<number>();

  private constructor(keys: EpochKeys, options: EpochsOptions, deps: EpochsDependencies) {
    this.keys = keys;
    this.#options = options;
    this.#deps = deps;
    // Whoever waits for it hears what fails.
    this.#unsubscribe = deps.governance.onChanged(() => void this.level().catch(() => undefined));
  }

  /** @throws EpochKeysError */
  static async open(options: EpochsOptions, deps: EpochsDependencies): Promise<Epochs> {
    const epochs = new Epochs(await EpochKeys.open(options.folder.epochKeys), options, deps);
    await epochs.level();
    return epochs;
  }

  /** Epochs of which nothing is opened here, in ascending order: they have ended, or this node was not given the key. */
  get closed(): number[] {
    const { epochs } = this.#deps.governance.consortium;
    const isClosed = ({ number, isEnded }: Epoch): boolean =>
      isEnded || (this.keys.keyOf(number) === undefined && !this.isExpected(number));
    return epochs.filter(isClosed).map(({ number }) => number);
  }

  /** Brings the keys level with what governance says now. @throws EpochKeysError, SealingKeyError; the system's errors */
  level(): Promise<void> {
    const done = this.#turn.then(() => this.#take());
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /**
   * The newest epoch that has not ended and whose key is here: a block does not wait until a newer one is granted.
   * @throws EpochsError EPOCH_KEY_NOT_HELD where there is none
   */
  get current(): EpochKey {
    const held = this.#deps.governance.consortium.epochs.flatMap(({ number: epoch, isEnded }) => {
      const key = isEnded ? undefined : this.keys.keyOf(epoch);
      return key === undefined ? [] : [{ epoch, key }];
    });
    const newest = held.at(-1);
    if (newest === undefined) throw new EpochsError({ code: 'EPOCH_KEY_NOT_HELD', epoch: this.#newest });
    return newest;
  }

  /** The newest epoch, where its key is not here: what the others seal now is not read. */
  get missing(): number | undefined {
    return this.keys.keyOf(this.#newest) === undefined ? this.#newest : undefined;
  }

  /** The first epoch that has not ended and whose key is not here: what is sealed under it is not seen. */
  get unread(): number | undefined {
    const { epochs } = this.#deps.governance.consortium;
    return epochs.find(({ number, isEnded }) => !isEnded && this.keys.keyOf(number) === undefined)?.number;
  }

  get #newest(): number {
    return this.#deps.governance.consortium.epochs.findLast(({ isEnded }) => !isEnded)!.number;
  }

  /**
   * Whether an entry of an epoch whose key is not here is to wait: governance has not told of the epoch here yet, or the
   * key is just being opened, or was just destroyed and standing is being folded anew without it.
   */
  readonly isExpected = (epoch: number): boolean => {
    if (this.keys.keyOf(epoch) !== undefined) return false;
    const known = this.#deps.governance.consortium.epochs[epoch - 1];
    if (known === undefined) return true;
    return known.wraps.has(this.#options.member) && !this.#broken.has(epoch);
  };

  /** The bytes of a statement for the shared log. @throws EpochsError; StatementError */
  readonly seal = (envelope: Envelope, statement: Statement): Uint8Array =>
    sealStatement(envelope, statement, this.current);

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#turn;
  }

  /** Opens what is wrapped for this member, and destroys what has ended. One key that does not open stops no other. */
  async #take(): Promise<void> {
    const { folder, member } = this.#options;
    await this.#deps.ownKeys.settled;
    const { epochs } = this.#deps.governance.consortium;
    const sealingKeys = await readSealingKeys(folder.root);
    for (const { number, keyDigest, wraps, isEnded } of epochs) {
      const wrapped = wraps.get(member);
      if (isEnded) await this.#destroy(number);
      else if (wrapped !== undefined && this.keys.keyOf(number) === undefined) {
        for (const key of sealingKeys) {
          const error = await this.keys.take({ number, keyDigest, wrapped }, key).catch((cause: unknown) => cause);
          if (error === undefined) break;
          if (!(error instanceof Fault)) throw error;
          if (key === sealingKeys.at(-1)) {
            this.#broken.add(number);
            this.#deps.log.error({ epoch: number, reason: error.facts.code }, 'the key of an epoch does not open');
          }
        }
      }
    }
  }

  async #destroy(epoch: number): Promise<void> {
    if (this.keys.keyOf(epoch) === undefined) return;
    await this.keys.destroy(epoch);
    this.#deps.log.info({ epoch }, 'the key of an ended epoch is destroyed');
  }
}
