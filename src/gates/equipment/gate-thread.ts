import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Standing } from '../../standing/standing.ts';
import type { FromThread, GateAddresses, GateThreadData, ToThread } from './gate-messages.ts';

/** Times that a thread is started again within RESTART_WINDOW_MS. Then it stays down, until the node is started again. */
export const RESTARTS_MAX = 5;
export const RESTART_WINDOW_MS = 600_000;
const RESTART_DELAY_MS = 200;
/** A thread that has not stopped by then is ended: longer than its servers give their callers. */
const STOP_MS_MAX = 10_000;

export class GateThreadError extends Fault {}

export interface GateThreadOptions {
  /** The file that the thread runs. */
  readonly script: URL;
  readonly thread: number;
  /** Asked for at each start, as the ports may be known only then. */
  readonly data: () => Omit<GateThreadData, 'memory'>;
}

/** What a thread needs of standing: its memory, and to be told when it grows. */
export type SharedStanding = Pick<Standing, 'memory' | 'onMemoryChanged'>;

export interface GateThreadParts {
  readonly standing: SharedStanding;
  readonly clock: Clock;
  readonly log: Log;
  /** Called whenever the thread has died. */
  readonly onDied?: () => void;
}

/** Keeps one worker thread running. */
export class GateThread {
  readonly #options: GateThreadOptions;
  readonly #parts: GateThreadParts;
  #worker: Worker | undefined;
  #restartsMs: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  #isStopping = false;

  private constructor(options: GateThreadOptions, parts: GateThreadParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Starts it, and resolves when it listens. @throws GateThreadError with the facts of the fault that prevents it */
  static async start(
    options: GateThreadOptions,
    parts: GateThreadParts,
  ): Promise<{ thread: GateThread; addresses: GateAddresses }> {
    const thread = new GateThread(options, parts);
    const addresses = await thread.#run();
    return { thread, addresses };
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Lets it finish what it has in hand, and ends it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ kind: 'stop' } satisfies ToThread);
    const cut = setTimeout(() => void worker.terminate(), STOP_MS_MAX);
    await exited;
    clearTimeout(cut);
  }

  /** Runs a worker until it ends. @returns where it listens */
  #run(): Promise<GateAddresses> {
    const { standing } = this.#parts;
    const data: GateThreadData = { ...this.#options.data(), memory: standing.memory };
    const worker = new Worker(this.#options.script, { workerData: data });
    // In one turn with the above, so that no change is missed; what is posted waits until the thread listens.
    const forget = standing.onMemoryChanged((change) =>
      worker.postMessage({ kind: 'memory', change } satisfies ToThread),
    );
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let isListening = false;
      let failure: unknown;
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'log') this.#parts.log[message.level](message.facts, message.message);
        else if (message.kind === 'failed') failure = new GateThreadError(message.facts);
        else {
          isListening = true;
          resolve(message.addresses);
        }
      });
      worker.on('error', (error) => {
        failure = error;
      });
      worker.on('exit', (exitCode) => {
        forget();
        this.#worker = undefined;
        this.#parts.onDied?.();
        reject(failure ?? new GateThreadError({ code: 'GATE_THREAD_CRASHED', exitCode }));
        if (isListening && !this.#isStopping) this.#startAgain(exitCode, failure);
      });
    });
  }

  #startAgain(exitCode: number, failure: unknown): void {
    const { clock, log } = this.#parts;
    const nowMs = clock.steadyMs();
    this.#restartsMs = this.#restartsMs.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS);
    const facts = {
      thread: this.#options.thread,
      exitCode,
      restarts: this.#restartsMs.length,
      restartsMax: RESTARTS_MAX,
    };
    if (this.#restartsMs.length >= RESTARTS_MAX) {
      log.error({ code: 'GATE_THREAD_LOST', ...facts, err: failure }, 'a gate thread stays down: start the node again');
      return;
    }
    log.error({ code: 'GATE_THREAD_CRASHED', ...facts, err: failure }, 'a gate thread ended and is started again');
    this.#restartsMs.push(nowMs);
    this.#restart = setTimeout(() => {
      this.#run().catch((error: unknown) => {
        // It never listened, so its own exit did not start it again.
        if (!this.#isStopping) this.#startAgain(1, error);
      });
    }, RESTART_DELAY_MS);
  }
}
