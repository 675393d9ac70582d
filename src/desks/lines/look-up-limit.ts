import type { Clock } from '../../base/clock.ts';
import { LineError } from './line-fault.ts';

/** Lines that one holder of a token may look up within LOOK_UP_WINDOW_MS. */
export const LOOK_UPS_MAX = 120;
export const LOOK_UP_WINDOW_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** Keeps anybody from reading through the lines. It is forgotten when the node starts; the journal is not. */
export class LookUpLimit {
  readonly #clock: Clock;
  readonly #timesMs = new Map<string, number[]>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** Counts one look-up. @returns whether it may be made */
  take(actor: string): boolean {
    const nowMs = this.#clock.steadyMs();
    const timesMs = (this.#timesMs.get(actor) ?? []).filter((atMs) => atMs > nowMs - LOOK_UP_WINDOW_MS);
    this.#timesMs.set(actor, timesMs);
    if (timesMs.length >= LOOK_UPS_MAX) return false;
    timesMs.push(nowMs);
    return true;
  }

  /** LINE_LOOK_UPS_TOO_MANY */
  get fault(): LineError {
    const minutes = LOOK_UP_WINDOW_MS / MINUTE_MS;
    return new LineError({ code: 'LINE_LOOK_UPS_TOO_MANY', lookUpsMax: LOOK_UPS_MAX, minutes });
  }
}
