import type { Clock } from '../../../base/clock.ts';

/** Challenges that wait for a signature; the oldest is forgotten first. */
export const CHALLENGES_MAX = 10_000;
/** How long a challenge may be answered. */
export const CHALLENGE_MS_MAX = 5 * 60_000;

/** What browsers were asked to sign, each to be used once. After a restart the page asks again. */
export class Challenges {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly challenge: string; readonly untilMs: number }>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  put(key: string, challenge: string): void {
    this.#kept.delete(key);
    this.#kept.set(key, { challenge, untilMs: this.#clock.steadyMs() + CHALLENGE_MS_MAX });
    if (this.#kept.size <= CHALLENGES_MAX) return;
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest!);
  }

  /** The challenge under this key, which is gone then; undefined where there is none, or it is too old. */
  take(key: string): string | undefined {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    return kept === undefined || kept.untilMs < this.#clock.steadyMs() ? undefined : kept.challenge;
  }
}
