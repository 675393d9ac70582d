import { randomInt } from 'node:crypto';
import { type ImeiKey, imeiText } from '../../identifiers/imei.ts';
import type { DeskClient } from '../desk-client.ts';
import type { NetworkElement } from '../network-element.ts';
import { askUntil, type Line, Narrator } from './narrator.ts';
import { timedAndWitnessed, WITNESS_HEADING } from './witnessed.ts';

/** The steps of this chapter, in their order, with their headings. */
export const STOLEN_PHONE = {
  attach: 'A phone attaches, at home and abroad',
  report: 'Its owner reports it stolen at one desk',
  refuse: 'Every network refuses it, on that one signature',
  witness: WITNESS_HEADING,
  explain: 'Another operator asks why',
  release: 'The phone is found',
  allow: 'Every network lets it in again: what permits waits for the witnesses',
} as const;
type Step = keyof typeof STOLEN_PHONE;

/** GSMA TS.06 sets TACs aside for test equipment, which no shop sells: 00 10 17 xx. */
const TEST_TAC = 101_701;

export interface StolenPhoneCast {
  /** A network element before every equipment gate of the consortium. */
  readonly elements: readonly NetworkElement[];
  /** The operator whose subscriber is robbed. */
  readonly desk: DeskClient;
  /** Another operator, asked why. */
  readonly askedDesk: DeskClient;
}

/**
 * The life of one phone: it attaches everywhere, is reported stolen at one desk, is refused at every gate, is found, and
 * attaches again. Each time is measured from the moment at which the request to the desk was sent.
 * @returns whether every step held
 */
export async function tellStolenPhone(
  { elements, desk, askedDesk }: StolenPhoneCast,
  deps: ConstructorParameters<typeof Narrator>[1],
): Promise<boolean> {
  const narrator = new Narrator('stolen-phone', deps);
  const imei = imeiText((TEST_TAC * 1_000_000 + randomInt(1_000_000)) as ImeiKey);
  const askAll = (question: Question, elapsedMs: () => number): Promise<Line[]> =>
    askElements(elements, imei, question, elapsedMs);

  const attachedAt = narrator.startWatch();
  narrator.say(...(await askAll({ step: 'attach', wanted: 'allowed', text: 'the phone attaches' }, attachedAt)));

  const sinceReport = narrator.startWatch();
  // The gates are asked from the moment at which the report is sent: nothing is added after the fact.
  const [report, refusals] = await Promise.all([
    timedAndWitnessed(desk.reportStolen(imei), desk, sinceReport),
    askAll({ step: 'refuse', wanted: 'blocked', text: 'the phone is refused' }, sinceReport),
  ]);
  const { caseNumber } = report;
  narrator.say(
    deskLine(desk, 'report', caseNumber, report.afterMs, `the owner reports it stolen: ${report.entry}`),
    ...refusals,
    report.witnessed,
  );

  const why = await askedDesk.explain(imei);
  const isExplained = why.answer === 'blocked' && why.saidBy === desk.member;
  const because = `asked why: ${why.saidBy} says so in ${why.entry}`;
  narrator.say({ ...deskLine(askedDesk, 'explain', why.answer, sinceReport(), because), held: isExplained });

  const sinceRelease = narrator.startWatch();
  const [release, returns] = await Promise.all([
    timedAndWitnessed(desk.releaseRecovered(caseNumber), desk, sinceRelease),
    askAll({ step: 'allow', wanted: 'allowed', text: 'the phone attaches again' }, sinceRelease),
  ]);
  const found = `found, and released: ${release.entry}`;
  narrator.say(deskLine(desk, 'release', caseNumber, release.afterMs, found), release.witnessed, ...returns);
  return narrator.held;
}

interface Question {
  readonly step: Step;
  readonly wanted: string;
  readonly text: string;
}

function deskLine({ member }: DeskClient, step: Step, status: string, afterMs: number, text: string): Line {
  return { step, member, status, afterMs, held: true, text };
}

/** Asks every gate until it gives the answer that is waited for. @returns a line each, the quickest first */
async function askElements(
  elements: readonly NetworkElement[],
  imei: string,
  { step, wanted, text }: Question,
  elapsedMs: () => number,
): Promise<Line[]> {
  const lines = await Promise.all(
    elements.map(async (element) => {
      const { member, gate } = element;
      const answer = await askUntil(() => element.ask(imei), wanted, elapsedMs);
      return { step, member, gate, text, ...answer };
    }),
  );
  return lines.sort((a, b) => a.afterMs - b.afterMs);
}
