import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder } from '../../src/node/data-folder.ts';

const PROGRAM = fileURLToPath(new URL('./consortium-program.ts', import.meta.url));

/** What `consortium show --json` prints, as far as tests look. */
export interface Shown {
  readonly size: number;
  readonly ignored: number;
  readonly inForceSize?: number;
  readonly waitingFor?: readonly { readonly witnesses: readonly string[]; readonly threshold: number }[];
  readonly keeper: string;
  readonly members: readonly { readonly name: string; readonly status: string; readonly governanceKey: string }[];
  readonly epochs: readonly { readonly number: number; readonly isEnded: boolean; readonly wrappedFor: string[] }[];
  readonly policy: { readonly threshold: number };
  readonly decisions: readonly { readonly kind: string; readonly signedBy: string[] }[];
}

/** The `consortium` commands of members whose data folders stand beside each other, in one process. */
export class ConsortiumCommands {
  readonly #program = fork(PROGRAM);
  readonly #folder: string;
  readonly #keeper: string;

  constructor(options: { folder: string; keeper: string }) {
    this.#folder = options.folder;
    this.#keeper = options.keeper;
  }

  async run(...words: string[]): Promise<string> {
    const answer = once(this.#program, 'message');
    this.#program.send(words);
    const [{ code, output, errors }] = (await answer) as [{ code: number; output: string; errors: string }];
    assert.equal(code, 0, `${words.join(' ')}: ${errors}`);
    return output;
  }

  /** Proposed by the first, signed by all of them, and handed to the keeper's node by the first. */
  async decide(signers: readonly string[], ...change: string[]): Promise<void> {
    const paper = join(this.#folder, 'proposal.note');
    await this.run('propose', ...change, ...this.#as(signers[0]!), '--out', paper);
    for (const member of signers) await this.run('sign', paper, ...this.#as(member));
    await this.run('apply', paper, ...this.#as(signers[0]!));
  }

  close(): void {
    this.#program.disconnect();
  }

  #as(member: string): string[] {
    const { governanceLog, genesis } = dataFolder(join(this.#folder, this.#keeper));
    return ['--data', join(this.#folder, member), '--governance', governanceLog, '--genesis', genesis];
  }
}
