import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { orThrow } from '../base/fault.ts';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import { parseDeviceTarget } from '../identifiers/device-target.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { dataFolder } from '../node/data-folder.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER, REGULATOR } from './stage/consortium.ts';
import { decide, logKeyText } from './stage/council.ts';
import { answeredInTime, answeredNow, stateAndRefuse } from './stage/gates.ts';
import { levelLine, untilLevel } from './stage/level.ts';
import type { Written } from './stage/pen.ts';
import { Phones } from './stage/phones.ts';
import { bongsu } from './stage/program.ts';
import { SecondHistory } from './stage/second-history.ts';
import { Stage } from './stage/stage.ts';
import { until } from './stage/until.ts';

export const SPLIT_VIEW: Drill = {
  name: 'split-view',
  proves: 'a member that shows two histories is convicted by its own signatures, everywhere, and gains nothing by it',
  steps: {
    before: 'A member states a phone; everybody has it',
    split: 'It shows one history to one member, and another to all others; both are signed with its key',
    witness: 'It asks every witness to cosign the second history: too few do, so what permits in it has no effect',
    told: 'Members compare what they were shown, and were asked to cosign; the time is that since both were shown',
    kept: 'What is kept is a file; it convicts anywhere, offline',
    held: 'Its blocks stay, its later statements are held, everybody else goes on',
    decided: 'The others suspend it at the size before the split, and fold anew',
  },
  cast: () => ({ operators: [LIAR, OTHER, ALONE] }),
  play,
};

const [LIAR, OTHER, ALONE] = OPERATORS;
/** Those who are shown the first history: more than half of the witnesses. */
const MANY = [OTHER, REGISTER, REGULATOR];
const OTHERS = [...MANY, ALONE];

async function play({ cast, folder, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const options = { folder, ...cast, hasUplinks: true };
  const stage = stops.add(await Stage.layOut(options, { clock }), (part) => part.close());
  const phones = new Phones(random);
  const [known, ofMany, ofOne] = [phones.next(), phones.next(), phones.next()];
  await stage.startAll();
  narrator.say(...(await stateAndRefuse(stage, LIAR, [OTHER, ALONE], known, { step: 'before', narrator })));
  const { sizes } = await untilLevel(stage, { clock });
  await stage.stop(LIAR);
  const place = { member: LIAR, folder: join(folder, 'second'), asked: [ALONE] };
  const second = stops.add(await SecondHistory.open(stage, place, { clock }), (part) => part.close());
  // They are kept apart: the one hears nothing of the first history, and its witness is not asked about it.
  stage.uplink(LIAR).towards(stage.authority(ALONE), { kind: 'refused' });
  stage.uplink(ALONE).towards(stage.authority(LIAR), { kind: 'elsewhere', authority: second.authority });
  await stage.start(LIAR);

  narrator.say(...(await stateAndRefuse(stage, LIAR, [OTHER], ofMany, { step: 'split', narrator })));
  await until('a quorum for the first history', () => isWitnessed(stage, sizes.get(LIAR)!), narrator);
  const sinceSplit = narrator.startWatch();
  await second.write(blockAndRelease({ block: ofOne, release: known, nowMs: clock.nowMs() }));
  // The member that is shown the second history enforces what restricts in it.
  const restricted = { imei: ofOne, wanted: 'blocked', text: 'the phone of the second history is refused' };
  narrator.say(...(await answeredInTime(stage, [ALONE], restricted, { step: 'split', narrator })));
  // What members find out meanwhile has its own time.
  const [answers, words] = await Promise.all([cosigned(second, narrator), told(stage, sinceSplit, narrator)]);
  narrator.say(...answers);
  narrator.say(
    ...(await answeredNow(
      stage,
      [ALONE],
      { imei: known, wanted: 'blocked', text: 'released in the second history, and refused as before' },
      { step: 'witness', narrator },
    )),
  );
  narrator.say(...words);
  narrator.say(...(await kept(stage, narrator)));
  narrator.say(...(await held(stage, { known, ofMany, ofOne, phones }, narrator)));
  narrator.say(...(await decided(stage, { known, ofMany, ofOne, commonSize: sizes.get(LIAR)! }, narrator)));
}

function blockAndRelease({ block, release, nowMs }: { block: string; release: string; nowMs: number }): Written[] {
  const [blocked, released] = [block, release].map((imei) => orThrow(parseDeviceTarget({ imei })));
  const ends = { member: LIAR, index: 0 };
  return [
    { timeMs: nowMs, statement: { kind: 'device.blocked', target: blocked!, reason: 'stolen' } },
    { timeMs: nowMs, statement: { kind: 'device.released', target: released!, ends, reason: 'recovered' } },
  ];
}

/** Whether the liar's log has grown beyond this size, and a quorum has cosigned all of it. */
async function isWitnessed(stage: Stage, sizeBefore: number): Promise<true | undefined> {
  const log = (await stage.desk(LIAR).health())?.logs.find(({ name }) => name === LIAR);
  return (log !== undefined && log.size > sizeBefore && log.witnessedSize === log.size) || undefined;
}

/**
 * Whom it showed the second history has a witness that knows of nothing else, and cosigns if no proof has come before.
 * The others' witnesses have cosigned the first one. @returns what each answered, and how many cosignatures there are
 */
async function cosigned(second: SecondHistory, narrator: Narrator): Promise<Line[]> {
  const elapsedMs = narrator.startWatch();
  second.ask(MANY);
  const answers = OTHERS.map(async (name): Promise<Line> => {
    const { answer } = await until(`the answer of ${name}'s witness`, () => second.answerOf(name), narrator);
    const [afterMs, held] = [elapsedMs(), name === ALONE || answer === 'WITNESS_CONTRADICTS'];
    const said =
      answer === 'cosigned'
        ? { status: answer, text: 'cosigns the second history' }
        : { status: 'refused', text: `does not cosign the second history: ${answer}` };
    return { step: 'witness', member: name, afterMs, held, ...said };
  });
  const lines = await Promise.all(answers);
  const { threshold } = second;
  const count = lines.filter(({ status }) => status === 'cosigned').length;
  const held = count < threshold && !second.hasQuorum;
  const text = `${count} of ${lines.length} witnesses cosigned the second history, ${threshold} are needed`;
  const status = held ? 'no quorum' : 'quorum';
  return [...lines, { step: 'witness', member: 'all', status, afterMs: elapsedMs(), held, text }];
}

async function told(stage: Stage, sinceSplit: () => number, narrator: Narrator): Promise<Line[]> {
  const lines = OTHERS.map(async (name): Promise<Line> => {
    const ask = async (): Promise<true | undefined> => {
      const log = (await stage.desk(name).health())?.logs.find((one) => one.name === LIAR);
      return log?.fault === 'FOLLOW_FORKED' || undefined;
    };
    await until(`${name}'s word about two histories`, ask, narrator);
    const text = `has the proof, and says FOLLOW_FORKED of ${LIAR}`;
    return { step: 'told', member: name, status: 'proven', afterMs: sinceSplit(), text };
  });
  return (await Promise.all(lines)).toSorted((a, b) => a.afterMs - b.afterMs);
}

/** Every member's own file, checked by the command and the key, with no node and no log at hand. */
async function kept(stage: Stage, narrator: Narrator): Promise<Line[]> {
  const key = await logKeyText(stage, LIAR);
  return Promise.all(
    OTHERS.map(async (name): Promise<Line> => {
      const elapsedMs = narrator.startWatch();
      const evidence = join(dataFolder(stage.folder(name)).mirrors, LIAR, 'evidence');
      const [file = ''] = await readdir(evidence);
      const words = ['ledger', 'check-equivocation', join(evidence, file), '--key', key];
      const { exitCode, output, errors } = await bongsu(...words);
      const [said = ''] = (exitCode === 0 ? output : errors).split('\n');
      const text = `ledger check-equivocation ${file}: ${said}`;
      return { step: 'kept', member: name, status: 'proven', held: exitCode === 0, afterMs: elapsedMs(), text };
    }),
  );
}

interface Shown {
  readonly known: string;
  readonly ofMany: string;
  readonly ofOne: string;
}

async function held(
  stage: Stage,
  { known, ofMany, ofOne, phones }: Shown & { phones: Phones },
  narrator: Narrator,
): Promise<Line[]> {
  const asking = { step: 'held', narrator };
  const late = phones.next();
  await stage.desk(LIAR).stateUntilAnswered(late, randomUUID());
  // Whoever has heard the register since would have heard the liar.
  const others = await stateAndRefuse(stage, REGISTER, [OTHER, ALONE], phones.next(), asking);
  const ask = (members: readonly string[], imei: string, wanted: string, text: string): Promise<Line[]> =>
    answeredNow(stage, members, { imei, wanted, text }, asking);
  return [
    ...others,
    ...(await ask([OTHER, ALONE], known, 'blocked', 'what it said before both: refused')),
    ...(await ask([OTHER], ofMany, 'blocked', 'its block of the first history stays')),
    ...(await ask([ALONE], ofOne, 'blocked', 'its block of the second history stays')),
    ...(await ask([OTHER, ALONE], late, 'allowed', 'what it states now is held')),
  ];
}

async function decided(
  stage: Stage,
  { known, ofMany, ofOne, commonSize }: Shown & { commonSize: number },
  narrator: Narrator,
): Promise<Line[]> {
  const asking = { step: 'decided', narrator };
  const suspension = await decide(
    stage,
    {
      step: 'decided',
      text: `${LIAR} is suspended from entry ${commonSize} on`,
      signers: MANY,
      make: () => ({ kind: 'member.suspended', member: LIAR as MemberName, logSize: commonSize }),
    },
    narrator,
  );
  await stage.stop(LIAR);
  await Promise.all(OTHERS.map((name) => stage.stop(name)));
  await Promise.all(OTHERS.map((name) => stage.start(name)));
  const level = await levelLine(stage, { step: 'decided', text: 'all the same again' }, narrator);
  const ask = (imei: string, wanted: string, text: string): Promise<Line[]> =>
    answeredNow(stage, [OTHER, ALONE], { imei, wanted, text }, asking);
  return [
    suspension,
    level,
    ...(await ask(known, 'blocked', 'what it said before both counts')),
    ...(await ask(ofMany, 'allowed', 'the first history counts no more')),
    ...(await ask(ofOne, 'allowed', 'the second does not either')),
  ];
}
