import { Worker } from 'node:worker_threads';
import type { OpenerAnswer, OpenerTask } from './opener.ts';

/** Tasks that one thread holds at a time: enough that it never waits for the next. */
const TASKS_MAX = 4;

type Task = OpenerTask extends infer Each ? (Each extends unknown ? Omit<Each, 'at'> : never) : never;

/** Threads that seal and open bundles side by side. */
export class OpenerThreads {
  readonly #workers: readonly Worker[];

  constructor(threads: number) {
    this.#workers = Array.from({ length: threads }, () => new Worker(new URL('opener.ts', import.meta.url)));
  }

  /** Has the tasks done, and hands the bundles over in their order. */
  async run(tasks: readonly Task[], take: (bundle: Buffer, at: number) => void): Promise<void> {
    const done = Promise.withResolvers<void>();
    const early = new Map<number, Buffer>();
    let [asked, taken] = [0, 0];
    const ask = (worker: Worker): void => {
      if (asked < tasks.length) worker.postMessage({ ...tasks[asked], at: asked++ });
    };
    const hear = (worker: Worker, { at, bundle }: OpenerAnswer): void => {
      ask(worker);
      early.set(at, Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length));
      for (let next = early.get(taken); next !== undefined; next = early.get(taken)) {
        early.delete(taken);
        take(next, taken++);
      }
      if (taken === tasks.length) done.resolve();
    };
    for (const worker of this.#workers) {
      worker.removeAllListeners('message').on('message', (answer: OpenerAnswer) => hear(worker, answer));
      worker.removeAllListeners('error').on('error', done.reject);
      for (let held = 0; held < TASKS_MAX; held++) ask(worker);
    }
    await done.promise;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
