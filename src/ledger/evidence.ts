import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';

/** Cases kept for one log. One is enough to convict; what is more tells how often. */
export const EVIDENCE_CASES_MAX = 64;
const FOLDER = 'evidence';

/** How two checkpoints of one log, both signed, contradict each other, or seem to. */
export type EvidenceKind = 'forked' | 'shrunk';

/** Notes that a log's owner signed and cannot deny, kept beside the mirror until a person has looked at them. */
export class Evidence {
  readonly #folder: string;

  constructor(mirrorFolder: string) {
    this.#folder = join(mirrorFolder, FOLDER);
  }

  /** Keeps both notes, durably. The same case is kept once. @returns the files' common path, or nothing when not kept */
  async keep(kind: EvidenceKind, { held, offered }: { held: string; offered: string }): Promise<string | undefined> {
    const cases = this.#cases();
    const name = `${kind}-${hash('sha256', held + offered, 'hex').slice(0, 16)}`;
    if (cases.has(name) || cases.size >= EVIDENCE_CASES_MAX) return undefined;
    await makeFolderDurably(this.#folder);
    const path = join(this.#folder, name);
    await writeDurably(`${path}.held`, held);
    await writeDurably(`${path}.offered`, offered);
    return path;
  }

  /** Whether a fork was proven, now or before a restart. Taking the files away is how a person ends that. */
  get showsFork(): boolean {
    return this.#cases()
      .keys()
      .some((name) => name.startsWith('forked-'));
  }

  #cases(): Set<string> {
    if (!existsSync(this.#folder)) return new Set();
    return new Set(readdirSync(this.#folder).map((file) => file.replace(/\..*$/, '')));
  }
}
