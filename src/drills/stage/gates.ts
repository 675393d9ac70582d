import { randomUUID } from 'node:crypto';
import type { NetworkElement } from '../../demo/network-element.ts';
import { askUntil, type Line, type Narrator, timed } from '../../demo/story/narrator.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/**
 * Who is slower than this is held up. The promise is a second, and the story holds to it; but here all members share one
 * machine with what the drill does to them. Whoever waited for another's file would take ten seconds.
 */
const HELD_UP_MS = 5_000;
/** For the sentences of the drills. */
export const IN_TIME = `within ${HELD_UP_MS / 1_000} seconds`;

interface Asking {
  readonly step: string;
  readonly narrator: Narrator;
}

/** Asks every gate of these members about every phone, once. @returns a line for each gate: how many were refused, and how fast */
export async function blockedEverywhere(
  stage: Stage,
  members: readonly string[],
  imeis: readonly string[],
  { step, narrator }: Asking,
): Promise<Line[]> {
  return withElements(stage, members, async (element) => {
    const elapsedMs = narrator.startWatch();
    let refused = 0;
    for (const imei of imeis) if ((await element.ask(imei)) === 'blocked') refused += 1;
    const held = refused === imeis.length;
    const text = `${refused} of ${imeis.length} phones refused`;
    return { step, ...at(element), status: held ? 'blocked' : 'allowed', held, afterMs: elapsedMs(), text };
  });
}

/** A desk states a phone, and the gates of these members refuse it, in time. @returns a line for each */
export async function stateAndRefuse(
  stage: Stage,
  desk: string,
  members: readonly string[],
  imei: string,
  { step, narrator }: Asking,
): Promise<Line[]> {
  const elements = await stage.elements(members);
  try {
    const elapsedMs = narrator.startWatch();
    // The gates are asked from the moment at which the statement is sent: nothing is added after the fact.
    const [{ index, afterMs }, ...refusals] = await Promise.all([
      timed(stage.desk(desk).stateUntilAnswered(imei, randomUUID()), elapsedMs),
      ...elements.map(async (element): Promise<Line> => {
        const answer = await askUntil(() => element.ask(imei), 'blocked', elapsedMs, HELD_UP_MS);
        return { step, ...at(element), text: 'the phone is refused', ...answer };
      }),
    ]);
    const text = `stolen: entry ${index} of ${desk}'s log`;
    return [{ step, member: desk, status: 'stated', afterMs, held: afterMs < HELD_UP_MS, text }, ...refusals];
  } finally {
    await Promise.all(elements.map((element) => element.close()));
  }
}

interface Question {
  readonly imei: string;
  readonly wanted: string;
  readonly text: string;
}

/** A question to every gate of these members that has one answer now. */
export async function answeredNow(
  stage: Stage,
  members: readonly string[],
  { imei, wanted, text }: Question,
  { step, narrator }: Asking,
): Promise<Line[]> {
  return withElements(stage, members, async (element) => {
    const elapsedMs = narrator.startWatch();
    const status = await element.ask(imei);
    return { step, ...at(element), status, held: status === wanted, afterMs: elapsedMs(), text };
  });
}

/** A question to every gate of these members until it has the wanted answer. @throws DrillError DRILL_WAITED_IN_VAIN */
export async function answeredInTime(
  stage: Stage,
  members: readonly string[],
  { imei, wanted, text }: Question,
  { step, narrator, elapsedMs = narrator.startWatch() }: Asking & { readonly elapsedMs?: () => number },
): Promise<Line[]> {
  return withElements(stage, members, async (element) => {
    const ask = async (): Promise<true | undefined> => (await element.ask(imei)) === wanted || undefined;
    await until(`${wanted} at every gate: ${text}`, ask, narrator);
    return { step, ...at(element), status: wanted, afterMs: elapsedMs(), text };
  });
}

async function withElements(
  stage: Stage,
  members: readonly string[],
  ask: (element: NetworkElement) => Promise<Line>,
): Promise<Line[]> {
  const elements = await stage.elements(members);
  try {
    return await Promise.all(elements.map(ask));
  } finally {
    await Promise.all(elements.map((element) => element.close()));
  }
}

function at({ member, gate }: NetworkElement): { member: string; gate: string } {
  return { member, gate };
}
