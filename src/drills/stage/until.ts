import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';

export type DrillFault =
  | { code: 'DRILL_BROKEN_OFF' }
  | { code: 'DRILL_FOLDER_NOT_EMPTY'; folder: string }
  | { code: 'DRILL_WAITED_IN_VAIN'; what: string; waitedMs: number; seen?: string }
  | { code: 'DRILL_NEEDS'; what: string; debian: string }
  | { code: 'DRILL_REFUSED'; member: string; status: number; reason: string };
export class DrillError extends Fault<DrillFault> {}

/** What a drill waits for is given up after so long. */
export const WAIT_MS_MAX = 120_000;
const ASK_INTERVAL_MS = 40;

/** Asks until there is an answer. @param seen what the last look showed, for who waits in vain @returns it, with the ms that this took @throws DrillError DRILL_WAITED_IN_VAIN */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { clock, waitMsMax = WAIT_MS_MAX, seen }: { clock: Clock; waitMsMax?: number; seen?: () => string },
): Promise<{ readonly answer: T; readonly afterMs: number }> {
  const startedAt = clock.steadyMs();
  for (;;) {
    const answer = await ask();
    const waitedMs = clock.steadyMs() - startedAt;
    if (answer !== undefined) return { answer, afterMs: waitedMs };
    if (waitedMs > waitMsMax) {
      throw new DrillError({ code: 'DRILL_WAITED_IN_VAIN', what, waitedMs, ...(seen && { seen: seen() }) });
    }
    await wait(ASK_INTERVAL_MS);
  }
}
