import type { Clock } from '../base/clock.ts';
import type { AttachEvent } from './attach.ts';

/** Lines of which events are kept; the line heard of longest ago is forgotten first. */
export const RECENT_LINES_MAX = 200_000;
/** Events of one line; the oldest is forgotten first. */
export const EVENTS_PER_LINE_MAX = 16;
/** How long an event is recent. */
export const RECENT_MS = 24 * 60 * 60 * 1_000;

export interface RecentAttachesLimits {
  readonly linesMax: number;
  readonly eventsPerLineMax: number;
  readonly recentMs: number;
}

/** Where lines were seen lately, in memory, for gates that wait for no disk. After a start the archive has them. */
export class RecentAttaches {
  readonly #limits: RecentAttachesLimits;
  readonly #clock: Clock;
  /** By number, the line heard of longest ago first; events of a line by their time. */
  readonly #lines = new Map<string, AttachEvent[]>();
  #forgotten = 0;

  constructor(limits: Partial<RecentAttachesLimits>, { clock }: { clock: Clock }) {
    this.#limits = {
      linesMax: limits.linesMax ?? RECENT_LINES_MAX,
      eventsPerLineMax: limits.eventsPerLineMax ?? EVENTS_PER_LINE_MAX,
      recentMs: limits.recentMs ?? RECENT_MS,
    };
    this.#clock = clock;
  }

  /** Lines of which something is known. */
  get lines(): number {
    return this.#lines.size;
  }

  /** Lines forgotten for want of room since the start: if it grows, the window of the gate is shorter than it should be. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Takes one event, in any order. One without a number, or no longer recent, is of no use here. */
  add(event: AttachEvent): void {
    const { msisdn, atMs } = event;
    const { linesMax, eventsPerLineMax, recentMs } = this.#limits;
    const oldestMs = this.#clock.nowMs() - recentMs;
    if (msisdn === '' || atMs <= oldestMs) return;
    const events = (this.#lines.get(msisdn) ?? []).filter((earlier) => earlier.atMs > oldestMs);
    const place = events.findLastIndex((earlier) => earlier.atMs <= atMs) + 1;
    events.splice(place, 0, event);
    if (events.length > eventsPerLineMax) events.shift();
    this.#lines.delete(msisdn);
    this.#lines.set(msisdn, events);
    if (this.#lines.size > linesMax) this.#forgetOne();
  }

  /** What is known of a number at `sinceMs` or later, oldest first. */
  recent(msisdn: string, sinceMs: number): readonly AttachEvent[] {
    return (this.#lines.get(msisdn) ?? []).filter(({ atMs }) => atMs >= sinceMs);
  }

  #forgetOne(): void {
    const [longestAgo] = this.#lines.keys();
    this.#lines.delete(longestAgo!);
    this.#forgotten++;
  }
}
