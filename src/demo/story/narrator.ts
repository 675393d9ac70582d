import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';

/** One line of the story, and one JSON object. */
export interface Told {
  readonly chapter: string;
  readonly step: string;
  readonly member: string;
  /** The gate that answered; a desk's line has none. */
  readonly gate?: string;
  readonly status: string;
  /** In ms since the event that the step tells the consequences of. */
  readonly afterMs: number;
  /** False where the step did not come out as promised. */
  readonly held: boolean;
  readonly text: string;
}

/** A line as a chapter says it: it held, unless it says otherwise. */
export type Line = Omit<Told, 'chapter' | 'held'> & { readonly held?: boolean };

export type Tell = (line: Told) => void;

/** A step is given up after so long. */
export const WAIT_MS_MAX = 10_000;
/** Between two questions while an answer is waited for. */
const ASK_INTERVAL_MS = 5;

/** The promise: what one member knows, every gate enforces within a second. */
export const PROMISED_MS = 1_000;

/** Tells one chapter, and keeps in mind whether every step of it held. */
export class Narrator {
  readonly #chapter: string;
  readonly #clock: Clock;
  readonly #tell: Tell;
  #held = true;

  constructor(chapter: string, { clock, tell }: { clock: Clock; tell: Tell }) {
    this.#chapter = chapter;
    this.#clock = clock;
    this.#tell = tell;
  }

  get clock(): Clock {
    return this.#clock;
  }

  get held(): boolean {
    return this.#held;
  }

  /** The wall clock's time, as RFC 3339. */
  now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }

  /** A watch that says how many ms have passed since it was started. */
  startWatch(): () => number {
    const startedAt = this.#clock.steadyMs();
    return () => this.#clock.steadyMs() - startedAt;
  }

  say(...lines: readonly Line[]): void {
    for (const line of lines) {
      const told = { chapter: this.#chapter, ...line, held: line.held ?? true };
      this.#held &&= told.held;
      this.#tell(told);
    }
  }
}

/** The work's result, with the time that had passed when it was there. */
export async function timed<T extends object>(
  work: Promise<T>,
  elapsedMs: () => number,
): Promise<T & { readonly afterMs: number }> {
  return { ...(await work), afterMs: elapsedMs() };
}

/** Asks until the answer is the wanted one, or until it is too late. */
export async function askUntil(
  ask: () => Promise<string>,
  wanted: string,
  elapsedMs: () => number,
  promisedMs = PROMISED_MS,
): Promise<{ readonly status: string; readonly afterMs: number; readonly held: boolean }> {
  for (;;) {
    const status = await ask();
    const afterMs = elapsedMs();
    if (status === wanted || afterMs > WAIT_MS_MAX) {
      return { status, afterMs, held: status === wanted && afterMs < promisedMs };
    }
    await wait(ASK_INTERVAL_MS);
  }
}
