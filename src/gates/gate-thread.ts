import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { type Facts, Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';

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
  /** Asked for at each start, as the ports may be known only then. It can be cloned. */
  readonly data: () => unknown;
}

/** What every gate thread says of itself. What else it says goes to `onMessage`. */
export type FromGateThread<Addresses> =
  | { kind: 'listening'; addresses: Addresses }
  | { kind: 'failed'; facts: Facts }
  | { kind: 'log'; level: keyof Log; facts: object; message: string };

export interface GateThreadParts<Message = never> {
  readonly clock: Clock;
  readonly log: Log;
  /** Begins to tell a thread what is new since its data was taken. @returns a function that ends it */
  readonly tellNews: (post: (news: object) => void) => () => void;
  readonly onMessage?: (message: Message) => void;
  /** Called whenever the thread has died. */
  readonly onDied?: () => void;
}

/** Keeps one worker thread running. */
export class GateThread<Addresses, Message = never> {
  readonly #options: GateThreadOptions;
  readonly #parts: GateThreadParts<Message>;
  #worker: Worker | undefined;
  #restartsMs: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  #isStopping = false;

  private constructor(options: GateThreadOptions, parts: GateThreadParts<Message>) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Starts it, and resolves when it listens. @throws GateThreadError with the facts of the fault that prevents it */
  static async start<Addresses, Message = never>(
    options: GateThreadOptions,
    parts: GateThreadParts<Message>,
  ): Promise<{ thread: GateThread<Addresses, Message>; addresses: Addresses }> {
    const thread = new GateThread<Addresses, Message>(options, parts);
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
    worker.postMessage({ kind: 'stop' });
    const cut = setTimeout(() => void worker.terminate(), STOP_MS_MAX);
    await exited;
    clearTimeout(cut);
  }

  /** Tells it something; false where it does not run. */
  post(message: object): boolean {
    this.#worker?.postMessage(message);
    return this.isRunning;
  }

  /** Runs a worker until it ends. @returns where it listens */
  #run(): Promise<Addresses> {
    const worker = new Worker(this.#options.script, { workerData: this.#options.data() });
    // In one turn with the above, so that no news is missed; what is posted waits until the thread listens.
    const forget = this.#parts.tellNews((news) => worker.postMessage(news));
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let isListening = false;
      let failure: unknown;
      worker.on('message', (message: FromGateThread<Addresses> | Message) => {
        if (!isOfEveryThread<Addresses>(message)) this.#parts.onMessage?.(message);
        else if (message.kind === 'log') this.#parts.log[message.level](message.facts, message.message);
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

function isOfEveryThread<Addresses>(message: unknown): message is FromGateThread<Addresses> {
  const { kind } = message as { kind: string };
  return kind === 'listening' || kind === 'failed' || kind === 'log';
}
