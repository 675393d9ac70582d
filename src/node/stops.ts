import type { Log } from '../base/log.ts';

/** Keeps what is to be undone when the node stops, or when a later part cannot start. */
export class Stops {
  readonly #stops: (() => unknown)[] = [];

  /** Takes a part that was started, and how to stop it. @returns the part */
  add<T>(part: T, stop: (part: T) => unknown): T {
    this.#stops.push(() => stop(part));
    return part;
  }

  /** The last started is stopped first; one that fails to stop does not spare the others. */
  async run(log: Log): Promise<void> {
    for (const stop of this.#stops.splice(0).toReversed()) {
      try {
        await stop();
      } catch (error) {
        log.error({ reason: error instanceof Error ? error.message : 'unknown' }, 'a part did not stop cleanly');
      }
    }
  }
}
