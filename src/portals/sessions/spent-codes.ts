import type { Clock } from '../../base/clock.ts';

/** An app's code is taken for its own 30 s and the 30 s on either side; after this long none is the same one. */
const CODE_MS_MAX = 2 * 60_000;
/** Codes that are remembered at one time: far more than people sign in at one node in that time. */
export const SPENT_CODES_MAX = 10_000;

/** Codes of authenticator apps that have opened a session: none opens a second one (RFC 6238 §5.2). */
export class SpentCodes {
  readonly #clock: Clock;
  /** When each is forgotten, the oldest first. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns false where this user has spent this code before, or where too many are remembered to be sure */
  spend(userId: string, code: string): boolean {
    const nowMs = this.#clock.steadyMs();
    for (const [known, untilMs] of this.#until) {
      if (untilMs > nowMs) break;
      this.#until.delete(known);
    }
    const key = `${userId} ${code}`;
    if (this.#until.has(key) || this.#until.size >= SPENT_CODES_MAX) return false;
    this.#until.set(key, nowMs + CODE_MS_MAX);
    return true;
  }
}
