import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { type ImeiKey, imeiText } from '../identifiers/imei.ts';
import type { DeskClient } from './desk-client.ts';
import type { NetworkElement } from './network-element.ts';

export type Step = 'attach' | 'report' | 'refuse' | 'explain' | 'release' | 'allow';

/** One line of the story, and one JSON object. */
export interface Told {
  readonly step: Step;
  readonly member: string;
  readonly gate?: string;
  readonly status: string;
  /** In ms: since the first question for `attach`, since the report was sent to the desk, and from `release` on since that was. */
  readonly afterMs: number;
  /** False where the step did not come out as promised. */
  readonly held: boolean;
  readonly text: string;
}

/** The promise: what one member knows, every gate enforces within a second. */
export const PROMISED_MS = 1_000;
/** A step that takes longer is given up. */
const WAIT_MS_MAX = 10_000;
/** Between two questions to one gate while it is waited for. */
const ASK_INTERVAL_MS = 5;
/** GSMA TS.06 sets TACs aside for test equipment, which no shop sells: 00 10 17 xx. */
const TEST_TAC = 101_701;

export interface Cast {
  /** A network element before every gate of the consortium. */
  readonly elements: readonly NetworkElement[];
  /** The operator whose subscriber is robbed. */
  readonly desk: DeskClient;
  /** Another operator, asked why. */
  readonly askedDesk: DeskClient;
}

type Tell = (line: Told) => void;

/**
 * The life of one phone: it attaches everywhere, is reported stolen at one desk, is refused at every gate, is found, and
 * attaches again. Each time is measured from the moment at which the request to the desk was sent.
 * @returns whether every step held
 */
export async function playStory(cast: Cast, { clock, tell }: { clock: Clock; tell: Tell }): Promise<boolean> {
  const { elements, desk, askedDesk } = cast;
  const imei = imeiText((TEST_TAC * 1_000_000 + randomInt(1_000_000)) as ImeiKey);
  let held = true;
  const say = (...lines: readonly Told[]): void => {
    held &&= lines.every((line) => line.held);
    lines.forEach(tell);
  };

  const attachedAt = startWatch(clock);
  say(...(await askAll(elements, { step: 'attach', wanted: 'allowed', imei, text: 'the phone attaches' }, attachedAt)));

  const sinceReport = startWatch(clock);
  // The gates are asked from the moment at which the report is sent: nothing is added after the fact.
  const [report, refusals] = await Promise.all([
    timed(desk.reportStolen(imei), sinceReport),
    askAll(elements, { step: 'refuse', wanted: 'blocked', imei, text: 'the phone is refused' }, sinceReport),
  ]);
  const { caseNumber } = report;
  say(
    deskLine(desk, 'report', caseNumber, report.afterMs, `the owner reports it stolen: ${report.entry}`),
    ...refusals,
  );

  const why = await askedDesk.explain(imei);
  const isExplained = why.answer === 'blocked' && why.saidBy === desk.member;
  const because = `asked why: ${why.saidBy} says so in ${why.entry}`;
  say({ ...deskLine(askedDesk, 'explain', why.answer, sinceReport(), because), held: isExplained });

  const sinceRelease = startWatch(clock);
  const [release, returns] = await Promise.all([
    timed(desk.releaseRecovered(caseNumber), sinceRelease),
    askAll(elements, { step: 'allow', wanted: 'allowed', imei, text: 'the phone attaches again' }, sinceRelease),
  ]);
  say(deskLine(desk, 'release', caseNumber, release.afterMs, `found, and released: ${release.entry}`), ...returns);
  return held;
}

/** A watch that says how many ms have passed since it was started. */
function startWatch(clock: Clock): () => number {
  const startedAt = clock.steadyMs();
  return () => clock.steadyMs() - startedAt;
}

async function timed<T extends object>(work: Promise<T>, elapsedMs: () => number): Promise<T & { afterMs: number }> {
  return { ...(await work), afterMs: elapsedMs() };
}

function deskLine({ member }: DeskClient, step: Step, status: string, afterMs: number, text: string): Told {
  return { step, member, status, afterMs, held: true, text };
}

interface Question {
  readonly step: Step;
  readonly wanted: string;
  readonly imei: string;
  readonly text: string;
}

/** Asks every gate until it gives the answer that is waited for. @returns a line each, the quickest first */
async function askAll(
  elements: readonly NetworkElement[],
  question: Question,
  elapsedMs: () => number,
): Promise<Told[]> {
  const lines = await Promise.all(elements.map((element) => askUntil(element, question, elapsedMs)));
  return lines.sort((a, b) => a.afterMs - b.afterMs);
}

async function askUntil(element: NetworkElement, question: Question, elapsedMs: () => number): Promise<Told> {
  const { step, wanted, imei, text } = question;
  for (;;) {
    const status = await element.ask(imei);
    const afterMs = elapsedMs();
    if (status === wanted || afterMs > WAIT_MS_MAX) {
      const held = status === wanted && afterMs < PROMISED_MS;
      return { step, member: element.member, gate: element.gate, status, afterMs, held, text };
    }
    await wait(ASK_INTERVAL_MS);
  }
}
