import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { type Equivocation, EQUIVOCATION_SIZE_MAX, readEquivocationSizes, verifyEquivocation } from './equivocation.ts';
import { failureReason } from './failure.ts';
import type { LogVerifier } from './log-verifier.ts';
import type { LogKey } from './note-key.ts';
import type { TreeHead } from './verified-tiles.ts';

/**
 * Proofs in one folder that convict nobody any more, as their history was given up or their key has ended. They prove
 * something still to who asks the key of then; the oldest gives way.
 */
export const OVERRULED_KEPT_MAX = 8;
const FOLDER = 'evidence';
const SUFFIX = '.equivocation';

/** A proof that is kept, and what it is called. */
export interface KeptProof {
  readonly name: string;
  readonly file: string;
  readonly proof: string;
}

/** What became of a proof. */
export interface Keeping {
  /** Of the proof that is kept: this one, or another that convicts the same key already. */
  readonly name: string;
  readonly file: string;
  /** Whether it convicts whom nothing had convicted. */
  readonly isNew: boolean;
  /** Why the disk did not take it. It convicts all the same, until a restart. */
  readonly failure?: string;
}

export type EvidenceFault = { code: 'EQUIVOCATION_NOT_KEPT'; name: string; reason: string };
export class EvidenceError extends Fault<EvidenceFault> {}

interface Kept extends KeptProof {
  /** Of the two checkpoints: the keys of these sizes say whether it convicts. */
  readonly sizes: readonly number[];
  readonly verdicts: WeakMap<LogVerifier, Verdict>;
  isOnDisk: boolean;
}

/** What a proof shows, for as long as these keys may sign its sizes, and this is settled. */
interface Verdict {
  readonly keys: readonly LogKey[];
  readonly settled: TreeHead | undefined;
  readonly shown: Equivocation | undefined;
}

/**
 * Proofs against owners of logs, which they cannot deny, kept until a person has looked at them. One convicts, so there is
 * one for each key of a log, and one more for two keys that contradict each other: however many are handed in, there is
 * always room for who was not convicted yet. The files are read once.
 */
export class Evidence {
  readonly #folder: string;
  /** By name, the oldest first. */
  readonly #kept: Map<string, Kept>;
  /** The same proof comes from several members at once, and has one file. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param folder in which the folder `evidence` is made */
  constructor(folder: string) {
    this.#folder = join(folder, FOLDER);
    this.#kept = new Map(readKept(this.#folder).map((kept) => [kept.name, kept]));
  }

  /** Keeps a proof, durably, where no other convicts the same key. @param logKey that verified it */
  keep(shown: Equivocation, logKey: LogVerifier): Promise<Keeping> {
    const keeping = this.#turn.then(() => this.#keep(shown, logKey));
    this.#turn = keeping.catch(() => undefined);
    return keeping;
  }

  /**
   * A proof that convicts this log, kept now or before a restart. What another key signed, before a member began anew, is
   * none. Taking the file away, and a restart, is how a person ends it.
   */
  against(logKey: LogVerifier): KeptProof | undefined {
    return [...this.#kept.values()].find((kept) => judged(kept, logKey) !== undefined);
  }

  /** The kept proofs, the oldest first. */
  proofs(): readonly KeptProof[] {
    return [...this.#kept.values()];
  }

  async #keep(shown: Equivocation, logKey: LogVerifier): Promise<Keeping> {
    const before = [...this.#kept.values()].find((one) => {
      const known = judged(one, logKey);
      return known !== undefined && known.signer === shown.signer;
    });
    const kept = before ?? this.#add(shown);
    const { name, file } = kept;
    const isNew = before === undefined;
    try {
      if (!kept.isOnDisk) await this.#write(kept);
      await this.#forgetOverruled(logKey);
    } catch (error) {
      return { name, file, isNew, failure: failureReason(error) };
    }
    return { name, file, isNew };
  }

  /** It convicts from here on, whatever the disk says. One of its name that is there convicts nobody any more. */
  #add({ name, proof, older, newer }: Equivocation): Kept {
    const kept = { ...keptOf(this.#folder, name, proof), sizes: [older.size, newer.size], isOnDisk: false };
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    return kept;
  }

  async #write(kept: Kept): Promise<void> {
    await makeFolderDurably(this.#folder);
    await writeDurably(kept.file, kept.proof);
    kept.isOnDisk = true;
  }

  async #forgetOverruled(logKey: LogVerifier): Promise<void> {
    const overruled = [...this.#kept.values()].filter((kept) => judged(kept, logKey) === undefined);
    for (const { name, file } of overruled.slice(0, Math.max(0, overruled.length - OVERRULED_KEPT_MAX))) {
      this.#kept.delete(name);
      // One that the disk does not let go is found again at the next start.
      await rm(file, { force: true }).catch(() => undefined);
    }
  }
}

/** The name of the proof that is kept. @throws EvidenceError EQUIVOCATION_NOT_KEPT */
export function keptName({ name, failure }: Keeping): string {
  if (failure !== undefined) throw new EvidenceError({ code: 'EQUIVOCATION_NOT_KEPT', name, reason: failure });
  return name;
}

/** What a proof shows by the keys of now, worked out again only where those that may sign its sizes have changed. */
function judged({ proof, sizes, verdicts }: Kept, logKey: LogVerifier): Equivocation | undefined {
  const { settled } = logKey;
  const keys = sizes.flatMap((size) => logKey.at(size));
  const last = verdicts.get(logKey);
  const isSame = last?.keys.length === keys.length && last.keys.every((key, place) => key === keys[place]);
  if (last !== undefined && isSame && last.settled === settled) return last.shown;
  const verified = verifyEquivocation(Buffer.from(proof), logKey);
  const shown = verified instanceof Fault ? undefined : verified;
  verdicts.set(logKey, { keys, settled, shown });
  return shown;
}

/** What can be read as a proof: nothing else is any. */
function readKept(folder: string): Kept[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
  const found = files.map((file) => ({ file, state: statSync(join(folder, file)) }));
  return found
    .filter(({ state }) => state.isFile() && state.size <= EQUIVOCATION_SIZE_MAX)
    .toSorted((a, b) => a.state.mtimeMs - b.state.mtimeMs)
    .flatMap(({ file }): Kept[] => {
      const proof = readFileSync(join(folder, file), 'utf8');
      const sizes = readEquivocationSizes(Buffer.from(proof));
      if (sizes instanceof Fault) return [];
      return [{ ...keptOf(folder, file.slice(0, -SUFFIX.length), proof), sizes, isOnDisk: true }];
    });
}

function keptOf(folder: string, name: string, proof: string): KeptProof & Pick<Kept, 'verdicts'> {
  return { name, proof, file: join(folder, name + SUFFIX), verdicts: new WeakMap() };
}
