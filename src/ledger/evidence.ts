import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';

/** Cases of each kind kept for one log. One is enough to convict; what is more tells how often. */
export const EVIDENCE_CASES_MAX = 64;
const FOLDER = 'evidence';
const OFFERED = '.offered';

/** How two checkpoints of one log, both signed, contradict each other, or seem to. */
export type EvidenceKind = 'forked' | 'shrunk';

/** Notes that a log's owner signed and cannot deny, kept beside the mirror until a person has looked at them. */
export class Evidence {
  readonly #folder: string;
  readonly #keyId: string;

  /** @param key of the log: what another key signed, before a member began anew, says nothing against this one */
  constructor(mirrorFolder: string, key: { readonly keyId: number }) {
    this.#folder = join(mirrorFolder, FOLDER);
    this.#keyId = key.keyId.toString(16).padStart(8, '0');
  }

  /** Keeps both notes, durably. The same case is kept once. @returns the files' common path, or nothing when not kept */
  async keep(kind: EvidenceKind, { held, offered }: { held: string; offered: string }): Promise<string | undefined> {
    const cases = this.#cases();
    const name = `${this.#prefix(kind)}${hash('sha256', held + offered, 'hex').slice(0, 16)}`;
    // Counted by kind: who serves many old checkpoints must not leave a fork without its proof.
    const isFull = cases.filter((kept) => kept.startsWith(this.#prefix(kind))).length >= EVIDENCE_CASES_MAX;
    if (cases.includes(name) || isFull) return undefined;
    await makeFolderDurably(this.#folder);
    const path = join(this.#folder, name);
    await writeDurably(`${path}.held`, held);
    await writeDurably(path + OFFERED, offered);
    return path;
  }

  /** Whether a fork was proven, now or before a restart. Taking the files away is how a person ends that. */
  get showsFork(): boolean {
    return this.#cases().some((name) => name.startsWith(this.#prefix('forked')));
  }

  #prefix(kind: EvidenceKind): string {
    return `${kind}-${this.#keyId}-`;
  }

  /** The offered note is written last: a case without it was broken off, and is kept anew. */
  #cases(): string[] {
    if (!existsSync(this.#folder)) return [];
    const files = readdirSync(this.#folder).filter((file) => file.endsWith(OFFERED));
    return files.map((file) => file.slice(0, -OFFERED.length));
  }
}
