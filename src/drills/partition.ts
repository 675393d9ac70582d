import { setTimeout as wait } from 'node:timers/promises';
import type { Narrator } from '../demo/story/narrator.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER, REGULATOR } from './stage/consortium.ts';
import { answeredNow, stateAndRefuse } from './stage/gates.ts';
import { type Divide, divideBetween, type Halves } from './stage/halves.ts';
import { levelLine } from './stage/level.ts';
import { Phones } from './stage/phones.ts';
import { Stage } from './stage/stage.ts';

/** How long the halves stay apart. */
const APART_MS = { short: 3_000, long: 60_000 } as const;

export const PARTITION: Drill = {
  name: 'partition',
  proves: 'members that are cut in halves go on blocking on both sides, and stand the same once they are joined',
  steps: {
    before: 'Together: a phone is stated',
    cut: 'The members are cut into halves',
    block: 'Each half states a phone, and refuses it',
    known: 'What was known before the cut is refused on both sides; what only the other half knows is not known',
    heal: 'The halves are joined',
    after: 'Both phones are refused everywhere',
  },
  play,
};

async function play(setting: Setting, narrator: Narrator): Promise<void> {
  const { isShort } = setting;
  const halves: Halves = [
    [...OPERATORS.slice(0, isShort ? 1 : 2), REGISTER],
    [...OPERATORS.slice(2, isShort ? 3 : 4), REGULATOR],
  ];
  const divide = setting.stops.add(divideBetween(halves), (part) => part.close());
  await playOn(divide, halves, setting, narrator);
}

async function playOn(
  divide: Divide,
  halves: Halves,
  { folder, isShort, random, clock, stops }: Setting,
  narrator: Narrator,
): Promise<void> {
  const operators = halves.map((half) => half.filter((name) => name !== REGISTER && name !== REGULATOR));
  const { hosts, hasUplinks } = divide;
  const stage = await Stage.layOut({ folder, operators: operators.flat(), hosts, hasUplinks }, { clock });
  stops.add(stage, (part) => part.close());
  const phones = new Phones(random);
  const [before, ...ofHalves] = [phones.next(), phones.next(), phones.next()];
  await stage.startAll((name) => divide.launchOf(name));
  narrator.say(
    ...(await stateAndRefuse(stage, operators[0]![0]!, operators.flat(), before, { step: 'before', narrator })),
  );

  divide.cut(stage);
  const sinceCut = narrator.startWatch();
  narrator.say({
    step: 'cut',
    member: 'all',
    status: 'cut',
    afterMs: 0,
    text: `${halves.map((half) => half.join(', ')).join(' | ')}; ${divide.how}`,
  });
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

  const apartMs = sinceCut();
  divide.heal(stage);
  const text = `level after ${(apartMs / 1_000).toFixed(1)} s apart`;
  narrator.say(await levelLine(stage, { step: 'heal', text }, narrator));
  for (const imei of ofHalves) {
    const question = { imei, wanted: 'blocked', text: 'refused everywhere' };
    narrator.say(...(await answeredNow(stage, operators.flat(), question, { step: 'after', narrator })));
  }
}
