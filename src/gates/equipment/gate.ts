import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { SharedLineBindings } from '../../standing/line-bindings.ts';
import type { Standing } from '../../standing/standing.ts';
import type { EquipmentGateConfig } from './config.ts';
import { assertPortsFree } from './free-ports.ts';
import { GateCounters, type Series, sumCounters } from './counters.ts';
import type { GateAddresses, GateThreadData, ToThread } from './gate-messages.ts';
import { GateThread } from '../gate-thread.ts';
import { CompiledPolicy, type PolicyMember } from './policy.ts';

const WORKER = new URL('./worker.ts', import.meta.url);

export interface EquipmentGateOptions {
  readonly config: EquipmentGateConfig;
  /** All members of the consortium, each at the place that is its number. */
  readonly members: readonly PolicyMember[];
  /** The number of the member whose gates these are. */
  readonly memberNumber: number;
  readonly pairingKey: Uint8Array;
  /** Where records of refused and tracked devices are kept. */
  readonly recordsFolder: string;
}

/** What a thread needs of standing: its memory, and to be told when it grows. */
type SharedStanding = Pick<Standing, 'memory' | 'onMemoryChanged'>;

export interface GateDeps {
  readonly standing: SharedStanding;
  /** Which of the operator's own lines may be used in one device only; none without it. */
  readonly bindings?: SharedLineBindings | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The equipment gates of one node: worker threads that share the ports and answer from standing's memory. */
export class EquipmentGate {
  readonly addresses: GateAddresses;
  readonly #threads: readonly GateThread<GateAddresses>[];
  readonly #counters: readonly GateCounters[];

  private constructor(threads: readonly StartedThread[]) {
    this.addresses = threads[0]!.addresses;
    this.#threads = threads.map(({ thread }) => thread);
    this.#counters = threads.map(({ counters }) => counters);
  }

  /**
   * Opens the gates; resolves when every thread listens.
   * @throws PolicyError for a policy that cannot be
   * @throws PortError where threads are to share a port that somebody else has
   * @throws GateThreadError with the facts of the fault when a port cannot be had, or a certificate cannot be read
   */
  static async start(options: EquipmentGateOptions, deps: GateDeps): Promise<EquipmentGate> {
    // A wrong policy is told here, before any thread starts.
    void new CompiledPolicy(options.config.policy, options.members);
    if (options.config.threads > 1) await assertPortsFree(options.config);
    const threads: StartedThread[] = [];
    let { config } = options;
    try {
      for (let thread = 0; thread < config.threads; thread++) {
        const started = await startThread(thread, { ...options, config }, deps);
        // The system chose the first thread's port 0; the others share what it chose.
        if (thread === 0) config = withPorts(config, started.addresses);
        threads.push(started);
      }
    } catch (error) {
      await Promise.all(threads.map(({ thread }) => thread.stop()));
      throw error;
    }
    return new EquipmentGate(threads);
  }

  /** What all threads counted since the start. */
  counters(): readonly (Series & { value: number })[] {
    return sumCounters(this.#counters);
  }

  /** How many threads there are to be, and how many run. */
  threads(): { wanted: number; running: number } {
    return { wanted: this.#threads.length, running: this.#threads.filter(({ isRunning }) => isRunning).length };
  }

  /** A planned stop: callers are told, answers in hand are delivered, records are written. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

interface StartedThread {
  readonly thread: GateThread<GateAddresses>;
  readonly counters: GateCounters;
  readonly addresses: GateAddresses;
}

async function startThread(
  number: number,
  { config, members, memberNumber, pairingKey, recordsFolder }: EquipmentGateOptions,
  deps: GateDeps,
): Promise<StartedThread> {
  const { standing, bindings, clock, log } = deps;
  const counters = new GateCounters();
  let all = members;
  // For a thread that is started again.
  standing.onMemoryChanged((change) => {
    if ('admitted' in change) all = [...all, change.admitted];
    else if ('replaced' in change) all = change.members;
  });
  let data = {
    thread: number,
    config,
    ownMember: memberNumber,
    pairingKey,
    recordsFolder,
    counters: counters.buffer,
  };
  const { thread, addresses } = await GateThread.start<GateAddresses>(
    {
      script: WORKER,
      thread: number,
      data: (): GateThreadData => ({
        ...data,
        members: all,
        memory: standing.memory,
        ...(bindings !== undefined && { bindings: bindings.memory }),
      }),
    },
    {
      clock,
      log,
      tellNews: (post) => {
        const forget = standing.onMemoryChanged((change) => post({ kind: 'memory', change } satisfies ToThread));
        const forgetLines = bindings?.onMoved((memory) => post({ kind: 'bindings', memory } satisfies ToThread));
        return () => {
          forget();
          forgetLines?.();
        };
      },
      onDied: () => counters.clearGauges(),
    },
  );
  data = { ...data, config: withPorts(config, addresses) };
  return { thread, counters, addresses };
}

/** The configuration with the ports that are listened on, so that a thread that starts again is found where it was. */
function withPorts(config: EquipmentGateConfig, { s13, s13Tls, n5gEir }: GateAddresses): EquipmentGateConfig {
  const tls = config.s13?.tls;
  return {
    ...config,
    ...(config.s13 !== undefined && {
      s13: { ...config.s13, port: s13!.port, ...(tls !== undefined && { tls: { ...tls, port: s13Tls!.port } }) },
    }),
    ...(config.n5gEir !== undefined && { n5gEir: { ...config.n5gEir, port: n5gEir!.port } }),
  };
}
