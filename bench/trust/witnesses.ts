import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { orThrow } from '../../src/base/fault.ts';
import { parseWitnessKey } from '../../src/ledger/cosignature.ts';
import type { WitnessPeer } from '../../src/ledger/cosigning.ts';
import type { Told, Used } from './witness-process.ts';

const PROGRAM = fileURLToPath(new URL('witness-process.ts', import.meta.url));
/** Beyond so many processes, several witnesses share one. */
export const WITNESS_PROCESSES_MAX = 10;

/** Witnesses of one log on loopback. */
export class Witnesses {
  readonly peers: readonly WitnessPeer[];
  readonly #processes: readonly WitnessProcess[];

  private constructor(processes: readonly WitnessProcess[], told: readonly Told[]) {
    this.#processes = processes;
    this.peers = told.map(({ name, url, vkey }) => ({ name, url, keys: [orThrow(parseWitnessKey(vkey))] }));
  }

  static async start(count: number, { folder, vkey }: { folder: string; vkey: string }): Promise<Witnesses> {
    const processes = Array.from({ length: Math.min(count, WITNESS_PROCESSES_MAX) }, (_, at) => {
      const names = Array.from({ length: count }, (_, number) => `member-${number + 1}`);
      return new WitnessProcess([folder, vkey, ...names.filter((_, place) => place % WITNESS_PROCESSES_MAX === at)]);
    });
    const told = await Promise.all(processes.map((witness) => witness.nextLine<Told[]>()));
    return new Witnesses(processes, told.flat());
  }

  /** What all of them used so far. */
  async used(): Promise<Used> {
    const each = await Promise.all(this.#processes.map((witness) => witness.used()));
    return {
      allMicros: each.reduce((sum, { allMicros }) => sum + allMicros, 0),
      threadMicros: each.reduce((sum, { threadMicros }) => sum + threadMicros, 0),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((witness) => witness.end()));
  }
}

class WitnessProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async nextLine<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('a witness process ended early');
    return JSON.parse(value) as T;
  }

  used(): Promise<Used> {
    this.#child.stdin!.write('\n');
    return this.nextLine();
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin!.end();
    await ended;
  }
}
