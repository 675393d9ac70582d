import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { proofName, verifyEquivocation } from './equivocation.ts';
import type { LogVerifier } from './log-verifier.ts';

/** Proofs kept in one folder. One convicts; what is more tells how often. */
export const EVIDENCE_CASES_MAX = 64;
const FOLDER = 'evidence';
const SUFFIX = '.equivocation';

/** Proofs against owners of logs, which they cannot deny, kept until a person has looked at them. */
export class Evidence {
  readonly #folder: string;
  /** The same proof comes from several members at once, and has one file. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param folder in which the folder `evidence` is made */
  constructor(folder: string) {
    this.#folder = join(folder, FOLDER);
  }

  /** Keeps a proof, durably. The same one is kept once. @returns its file, or nothing when it was not kept */
  keep(proof: string): Promise<string | undefined> {
    const kept = this.#turn.then(() => this.#keep(proof));
    this.#turn = kept.catch(() => undefined);
    return kept;
  }

  /**
   * The first proof against this log, kept now or before a restart. What another key signed, before a member began anew,
   * is none. Taking the file away is how a person ends it.
   */
  against(logKey: LogVerifier): string | undefined {
    return this.proofs().find((proof) => !(verifyEquivocation(Buffer.from(proof), logKey) instanceof Fault));
  }

  /** The file of the first proof against this log. */
  fileAgainst(logKey: LogVerifier): string | undefined {
    const proof = this.against(logKey);
    const named = this.#files().find((file) => readFileSync(join(this.#folder, file), 'utf8') === proof);
    return named && join(this.#folder, named);
  }

  /** The kept proofs, as they are passed on. */
  proofs(): string[] {
    return this.#files().map((file) => readFileSync(join(this.#folder, file), 'utf8'));
  }

  async #keep(proof: string): Promise<string | undefined> {
    const files = this.#files();
    const name = proofName(proof) + SUFFIX;
    if (files.includes(name) || files.length >= EVIDENCE_CASES_MAX) return undefined;
    await makeFolderDurably(this.#folder);
    const path = join(this.#folder, name);
    await writeDurably(path, proof);
    return path;
  }

  #files(): string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith(SUFFIX))
      .toSorted();
  }
}
