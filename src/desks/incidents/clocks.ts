import { type DeadlineState, deadlineState, warningMs } from '../../base/deadline.ts';
import type { ClockRow, FactRow } from '../../store/incidents/schema.ts';
import { type Duty, isInForce, type Mark } from './duties.ts';
import { dayText } from './moments.ts';

const HOUR_MS = 60 * 60 * 1_000;

/** A clock that is to run. */
export type NewClock = Pick<ClockRow, 'duty' | 'fact' | 'startMs' | 'dueMs'>;

/** How a clock stands. `without-delay`: the law gives no figure, and nothing is filed yet; `done`: it is. */
export type ClockState = DeadlineState | 'without-delay' | 'done';

/**
 * The clocks that a timeline sets running and that do not run yet. A clock counts from when the fact that completes its
 * conditions was known. One that runs is never looked at again: no later fact moves it.
 */
export function clocksToStart(
  duties: readonly Duty[],
  facts: readonly FactRow[],
  running: readonly Pick<ClockRow, 'duty' | 'fact'>[],
  offset: string,
): NewClock[] {
  return duties.flatMap((duty) => {
    const ofDuty = running.filter((clock) => clock.duty === duty.key);
    const starts = duty.starts === 'each' ? eachStart(duty, facts) : firstStart(duty, facts);
    return starts
      .filter(({ position }) => !ofDuty.some(({ fact }) => duty.starts === 'first' || fact === position))
      .filter(({ knownMs }) => isInForce(duty, dayText(knownMs, offset)))
      .map(({ position, knownMs }) => ({
        duty: duty.key,
        fact: position,
        startMs: knownMs,
        dueMs: duty.hours === undefined ? null : knownMs + duty.hours * HOUR_MS,
      }));
  });
}

export function clockState({ startMs, dueMs, filedMs }: ClockRow, nowMs: number): ClockState {
  if (dueMs === null) return filedMs === null ? 'without-delay' : 'done';
  return deadlineState({ startMs, dueMs, ...(filedMs !== null && { doneMs: filedMs }) }, nowMs);
}

/** When a clock begins to warn: after 80 % of its time. */
export function clockWarningMs({ startMs, dueMs }: Pick<ClockRow, 'startMs' | 'dueMs'>): number | undefined {
  return dueMs === null ? undefined : warningMs({ startMs, dueMs });
}

export function marksOf({ marks }: Pick<FactRow, 'marks'>): readonly Mark[] {
  return JSON.parse(marks) as Mark[];
}

/** Each fact with the mark, where the condition is known to hold by now. */
function eachStart(duty: Duty, facts: readonly FactRow[]): FactRow[] {
  if (conditionMet(duty, facts) === undefined) return [];
  return facts.filter((fact) => marksOf(fact).includes(duty.startsWith));
}

/** The fact by which both the mark and the condition are known: the later known of the two. */
function firstStart(duty: Duty, facts: readonly FactRow[]): FactRow[] {
  const marked = earliest(facts.filter((fact) => marksOf(fact).includes(duty.startsWith)));
  const met = conditionMet(duty, facts);
  if (marked === undefined || met === undefined) return [];
  return [met.knownMs > marked.knownMs ? met : marked];
}

/** The fact with which the condition was first known to hold; without a condition, the first fact of all. */
function conditionMet({ onlyIf }: Duty, facts: readonly FactRow[]): FactRow | undefined {
  if (onlyIf === undefined) return earliest(facts);
  const { personsMin = Infinity } = onlyIf;
  const anyOf: readonly Mark[] = onlyIf.anyOf ?? [];
  return earliest(
    facts.filter((fact) => (fact.persons ?? 0) >= personsMin || marksOf(fact).some((mark) => anyOf.includes(mark))),
  );
}

function earliest(facts: readonly FactRow[]): FactRow | undefined {
  return facts.reduce<FactRow | undefined>(
    (first, fact) => (first === undefined || fact.knownMs < first.knownMs ? fact : first),
    undefined,
  );
}
