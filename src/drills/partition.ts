import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER, REGULATOR } from './stage/consortium.ts';
import { answeredInTime, answeredNow, stateAndRefuse } from './stage/gates.ts';
import { type Divide, divideBetween, type Halves } from './stage/halves.ts';
import { levelLine } from './stage/level.ts';
import { Phones } from './stage/phones.ts';
import { Stage } from './stage/stage.ts';

/** How long the halves stay apart. */
const APART_MS = { short: 3_000, long: 60_000 } as const;

export const PARTITION: Drill = {
  name: 'partition',
  proves:
    'members cut in halves go on blocking on both sides, release nothing without a quorum, and stand the same once joined',
  steps: {
    before: 'Together: two phones are stated, one after the other',
    cut: 'The members are cut into halves',
    block: 'Each half states a phone, and refuses it',
    known: 'What was known before the cut is refused on both sides; what only the other half knows is not known',
    release:
      'One half has released the first phone: neither half has a quorum of witnesses, and it is refused as before',
    heal: 'The halves are joined',
    after: 'The phones of both halves are refused everywhere',
    freed: 'The quorum is there again: the released phone is allowed everywhere',
  },
  cast: (isShort) => ({ operators: isShort ? [OPERATORS[0], OPERATORS[2]] : OPERATORS }),
  play,
};

async function play(setting: Setting, narrator: Narrator): Promise<void> {
  const { operators } = setting.cast;
  const middle = operators.length / 2;
  // As many witnesses on either side: neither has more than half of a log's.
  const halves: Halves = [
    [...operators.slice(0, middle), REGISTER],
    [...operators.slice(middle), REGULATOR],
  ];
  const divide = setting.stops.add(divideBetween(halves), (part) => part.close());
  await playOn(divide, halves, setting, narrator);
}

async function playOn(
  divide: Divide,
  halves: Halves,
  { cast, folder, isShort, random, clock, stops }: Setting,
  narrator: Narrator,
): Promise<void> {
  const operators = halves.map((half) => half.filter((name) => name !== REGISTER && name !== REGULATOR));
  const { hosts, hasUplinks } = divide;
  const stage = await Stage.layOut({ folder, ...cast, hosts, hasUplinks }, { clock });
  stops.add(stage, (part) => part.close());
  const phones = new Phones(random);
  const [found, before, ...ofHalves] = [phones.next(), phones.next(), phones.next(), phones.next()];
  await stage.startAll((name) => divide.launchOf(name));
  const home = operators[0]![0]!;
  const { caseNumber } = await stage.desk(home).stateUntilAnswered(found, randomUUID());
  // A log is read in its order: who refuses the second phone refuses the first.
  narrator.say(...(await stateAndRefuse(stage, home, operators.flat(), before, { step: 'before', narrator })));

  divide.cut(stage);
  const sinceCut = narrator.startWatch();
  narrator.say({
    step: 'cut',
    member: 'all',
    status: 'cut',
    afterMs: 0,
    text: `${halves.map((half) => half.join(', ')).join(' | ')}; ${divide.how}`,
  });
  // Stated before this half's block: who refuses that has read the release.
  const sinceRelease = narrator.startWatch();
  const released = await stage.desk(home).releaseUntilAnswered(caseNumber, randomUUID());
  const releasedAfterMs = sinceRelease();
  for (const [half, members] of operators.entries()) {
    narrator.say(...(await stateAndRefuse(stage, members[0]!, members, ofHalves[half]!, { step: 'block', narrator })));
  }
  const step = 'known';
  for (const [half, members] of operators.entries()) {
    const other = {
      imei: ofHalves[1 - half]!,
      wanted: 'allowed',
      text: 'a phone of the other half: allowed, not known here',
    };
    narrator.say(
      ...(await answeredNow(
        stage,
        members,
        { imei: before, wanted: 'blocked', text: 'the phone from before' },
        { step, narrator },
      )),
      ...(await answeredNow(stage, members, other, { step, narrator })),
    );
  }
  await wait(Math.max(0, APART_MS[isShort ? 'short' : 'long'] - sinceCut()));
  narrator.say({
    step: 'release',
    member: home,
    status: 'stated',
    afterMs: releasedAfterMs,
    text: `recovered: entry ${released.index} of ${home}'s log, stated since the cut`,
  });
  narrator.say(...(await stillRefused(stage, operators.flat(), { home, found, index: released.index }, narrator)));

  const apartMs = sinceCut();
  divide.heal(stage);
  const sinceHeal = narrator.startWatch();
  const text = `level after ${(apartMs / 1_000).toFixed(1)} s apart`;
  narrator.say(await levelLine(stage, { step: 'heal', text }, narrator));
  for (const imei of ofHalves) {
    const question = { imei, wanted: 'blocked', text: 'refused everywhere' };
    narrator.say(...(await answeredNow(stage, operators.flat(), question, { step: 'after', narrator })));
  }
  const freed = { imei: found, wanted: 'allowed', text: 'the released phone attaches again' };
  const asking = { step: 'freed', narrator, elapsedMs: sinceHeal };
  narrator.say(...(await answeredInTime(stage, operators.flat(), freed, asking)));
}

/** The release waits at the node that stated it, as no quorum has seen it, and frees the phone nowhere. */
async function stillRefused(
  stage: Stage,
  members: readonly string[],
  { home, found, index }: { home: string; found: string; index: number },
  narrator: Narrator,
): Promise<Line[]> {
  const step = 'release';
  const elapsedMs = narrator.startWatch();
  const log = (await stage.desk(home).health())?.logs.find(({ name }) => name === home);
  const held = log !== undefined && log.waiting === 1 && log.witnessedSize <= index;
  const text = `it waits: a quorum has seen ${log?.witnessedSize} of the log's ${log?.size} entries`;
  const question = { imei: found, wanted: 'blocked', text: 'the released phone: refused as before' };
  return [
    { step, member: home, status: 'waiting', held, afterMs: elapsedMs(), text },
    ...(await answeredNow(stage, members, question, { step, narrator })),
  ];
}
