/**
 * The last moment of the year 9999, in ms since 1970: RFC 3339 writes no later one. What is stated to have been later is
 * malformed where it is read, so that every time that was read can be written out.
 */
export const TIME_MS_MAX = 253_402_300_799_999;

/** Where the time comes from. Nothing else in the project reads it, so a test can set it. */
export interface Clock {
  /** Wall time in ms since 1970. It may jump either way: order nothing by it. */
  nowMs(): number;
  /** Steady time in ms from an arbitrary start, never going back: for measuring and for deadlines. */
  steadyMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
};

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  #nowMs: number;
  #steadyMs = 0;

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#steadyMs;
  }

  /** Lets both clocks run forward. */
  advance(ms: number): void {
    this.#nowMs += ms;
    this.#steadyMs += ms;
  }

  /** Moves the wall clock alone, as a correction by NTP or by hand does. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }
}
