import type { Clock } from '../base/clock.ts';

/** Whoever said that there is nothing is asked again after so long. */
export const ABSENCE_MS = 60_000;

/**
 * Who said that there is nothing. A static store never has what nodes serve each other, and bills by the request; but
 * there may be a node one day.
 */
export class Absences {
  readonly #clock: Clock;
  readonly #untilMs = new Map<string, number>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  add(place: string): void {
    const nowMs = this.#clock.steadyMs();
    for (const [known, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(known);
    this.#untilMs.set(place, nowMs + ABSENCE_MS);
  }

  has(place: string): boolean {
    return (this.#untilMs.get(place) ?? -Infinity) > this.#clock.steadyMs();
  }
}
