/** What a piece of work took: the wall, and user and system time of this process with all its threads. */
export interface Timed {
  readonly ms: number;
  readonly cpuMicros: number;
  /** Of this thread alone. */
  readonly threadMicros: number;
}

export function timed(work: () => void): Timed {
  const watch = startWatch();
  work();
  return watch();
}

/** @returns how to read the time since the call */
export function startWatch(): () => Timed {
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const start = performance.now();
  return () => {
    const ms = performance.now() - start;
    const [all, own] = [process.cpuUsage(cpu), process.threadCpuUsage(thread)];
    return { ms, cpuMicros: all.user + all.system, threadMicros: own.user + own.system };
  };
}

/** The wall of one step, in ms. */
export async function msOf(step: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}

/** The value that `share` of all are not above, such as 0.5 or 0.99. @param share 1 for the largest */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
