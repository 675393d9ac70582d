/** Something owed by a time. All times in ms since 1970. */
export interface Deadline {
  /** What set the clock running: it never moves afterwards. */
  readonly startMs: number;
  readonly dueMs: number;
  readonly doneMs?: number;
}

/** `kept` and `late` are done; of the others, `warned` has little time left and `missed` none. */
export type DeadlineState = 'running' | 'warned' | 'missed' | 'kept' | 'late';

/** The share of its time after which a deadline warns. */
export const WARNING_SHARE = 0.8;

/** How a deadline stands at a time. What is done at the very moment it is due is kept. */
export function deadlineState({ startMs, dueMs, doneMs }: Deadline, nowMs: number): DeadlineState {
  if (doneMs !== undefined) return doneMs <= dueMs ? 'kept' : 'late';
  if (nowMs > dueMs) return 'missed';
  return nowMs >= warningMs({ startMs, dueMs }) ? 'warned' : 'running';
}

/** When a deadline begins to warn. */
export function warningMs({ startMs, dueMs }: Pick<Deadline, 'startMs' | 'dueMs'>): number {
  return startMs + (dueMs - startMs) * WARNING_SHARE;
}
