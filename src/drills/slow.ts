import { randomUUID } from 'node:crypto';
import type { Narrator } from '../demo/story/narrator.ts';
import type { Drill, Setting } from './drill.ts';
import { serve } from './garbage.ts';
import { OPERATORS, REGISTER } from './stage/consortium.ts';
import { answeredNow, IN_TIME, stateAndRefuse } from './stage/gates.ts';
import { levelLine } from './stage/level.ts';
import { Phones } from './stage/phones.ts';
import { Stage } from './stage/stage.ts';
import { until } from './stage/until.ts';

const ROUNDS = { short: 3, long: 20 } as const;

export const SLOW: Drill = {
  name: 'slow',
  proves: `while a member answers one octet a second, what the others state is refused ${IN_TIME}`,
  steps: {
    before: 'All are quick: how long a statement takes',
    slow: 'One member answers one octet a second',
    others: `The others state, and refuse what each other states ${IN_TIME}`,
    after: 'It is quick again',
  },
  cast: (isShort) => ({ operators: OPERATORS.slice(0, isShort ? 2 : 4), hasRegulator: !isShort }),
  play,
};

async function play({ cast, folder, isShort, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const [slow = '', ...others] = cast.operators;
  const stage = await Stage.layOut({ folder, ...cast, hasUplinks: true }, { clock });
  stops.add(stage, (part) => part.close());
  const phones = new Phones(random);
  const rounds = ROUNDS[isShort ? 'short' : 'long'];
  const desks = [REGISTER, ...others];
  const deskOf = (round: number): string => desks[round % desks.length]!;
  await stage.startAll();
  const known = phones.next();
  narrator.say(...(await stateAndRefuse(stage, slow, others, known, { step: 'before', narrator })));
  for (let round = 0; round < rounds; round++) {
    narrator.say(...(await stateAndRefuse(stage, deskOf(round), others, phones.next(), { step: 'before', narrator })));
  }
  serve(stage, slow, { kind: 'dripping' });
  const sinceSlow = narrator.startWatch();
  narrator.say({ step: 'slow', member: slow, status: 'slow', afterMs: 0, text: 'to everybody, from now on' });
  const hidden = phones.next();
  await stage.desk(slow).stateUntilAnswered(hidden, randomUUID());
  for (let round = 0; round < rounds; round++) {
    narrator.say(...(await stateAndRefuse(stage, deskOf(round), others, phones.next(), { step: 'others', narrator })));
  }
  // A file of a log may take ten seconds, from the request to its last octet.
  const faultOf = async (): Promise<string | undefined> =>
    (await stage.desk(others[0]!).health())?.logs.find(({ name }) => name === slow)?.fault;
  const { answer } = await until('a word about the slow member', faultOf, { clock });
  const said = { step: 'others', member: others[0]!, status: 'late', afterMs: sinceSlow() };
  narrator.say({ ...said, held: answer === 'FOLLOW_UNREACHABLE', text: `says of ${slow}: ${answer}` });
  const step = 'others';
  narrator.say(
    ...(await answeredNow(
      stage,
      others,
      { imei: known, wanted: 'blocked', text: 'what it said before holds' },
      { step, narrator },
    )),
    ...(await answeredNow(
      stage,
      others,
      { imei: hidden, wanted: 'allowed', text: 'its news has not come yet' },
      { step, narrator },
    )),
    ...(await answeredNow(
      stage,
      [slow],
      { imei: hidden, wanted: 'blocked', text: 'its own gates refuse it' },
      { step, narrator },
    )),
  );
  serve(stage, slow, { kind: 'through' });
  narrator.say(await levelLine(stage, { step: 'after', text: 'its news has come' }, narrator));
  narrator.say(
    ...(await answeredNow(
      stage,
      others,
      { imei: hidden, wanted: 'blocked', text: 'and is refused' },
      { step: 'after', narrator },
    )),
  );
}
