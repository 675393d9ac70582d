import { join } from 'node:path';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER } from './stage/consortium.ts';
import { answeredNow, IN_TIME, stateAndRefuse } from './stage/gates.ts';
import { levelLine } from './stage/level.ts';
import { OtherTime } from './stage/other-time.ts';
import { Phones } from './stage/phones.ts';
import { Stage } from './stage/stage.ts';
import { until } from './stage/until.ts';

const DAY_SECONDS = 24 * 60 * 60;
/** How far a clock that was read over HTTP may be from what was set. */
const NEAR_SECONDS = 60;

export const CLOCK: Drill = {
  name: 'clock',
  proves: `a clock that jumps a day either way changes no answer, and statements go both ways ${IN_TIME}`,
  steps: {
    before: 'All clocks are right: a phone is stated',
    forward: 'The clock of one node jumps a day forward, while it runs',
    back: 'It jumps two days back: it is a day behind now',
    restart: 'The node starts again with a clock a day behind',
    after: 'The clock is set right',
  },
  cast: (isShort) => ({ operators: [HOME, OTHER], hasRegulator: !isShort }),
  play,
};

const [HOME, OTHER] = OPERATORS;

async function play({ cast, folder, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const stage = await Stage.layOut({ folder, ...cast }, { clock });
  stops.add(stage, (part) => part.close());
  const time = new OtherTime(join(folder, 'offset'));
  const phones = new Phones(random);
  const both = [HOME, OTHER];
  const known = phones.next();
  await stage.startAll((name) => (name === HOME ? time.launch : {}));
  narrator.say(...(await stateAndRefuse(stage, HOME, both, known, { step: 'before', narrator })));
  for (const { step, days } of [
    { step: 'forward', days: 1 },
    { step: 'back', days: -1 },
    { step: 'restart', days: -1 },
    { step: 'after', days: 0 },
  ]) {
    if (step === 'restart') {
      await stage.stop(HOME);
      await stage.start(HOME, time.launch);
    }
    time.set(days * DAY_SECONDS);
    narrator.say(await clockOf(stage, { step, days }, narrator));
    const question = { imei: known, wanted: 'blocked', text: 'the phone from before' };
    narrator.say(...(await answeredNow(stage, both, question, { step, narrator })));
    // Both ways: what the node with the wrong clock states, and what it hears.
    narrator.say(...(await stateAndRefuse(stage, HOME, both, phones.next(), { step, narrator })));
    narrator.say(...(await stateAndRefuse(stage, REGISTER, both, phones.next(), { step, narrator })));
    narrator.say(await levelLine(stage, { step, text: 'all the same' }, narrator));
  }
}

/** What time the node itself has, as its answers say. It must be the one that was set, or nothing is drilled. */
async function clockOf(
  stage: Stage,
  { step, days }: { step: string; days: number },
  narrator: Narrator,
): Promise<Line> {
  const ask = async (): Promise<number | undefined> => {
    const shown = (await stage.desk(HOME).health())?.logs.find(({ name }) => name === HOME)?.verifiedAtMs;
    if (shown === undefined) return undefined;
    const aheadSeconds = (shown - narrator.clock.nowMs()) / 1_000;
    return Math.abs(aheadSeconds - days * DAY_SECONDS) < NEAR_SECONDS ? aheadSeconds : undefined;
  };
  const { answer, afterMs } = await until('the other time at the node', ask, narrator);
  return { step, member: HOME, status: 'clock', afterMs, text: `its clock is ${besideOthers(answer)}` };
}

function besideOthers(aheadSeconds: number): string {
  const hours = Math.abs(Math.round(aheadSeconds / 3_600));
  if (hours === 0) return 'right: within a minute of the others';
  return `${hours} hours ${aheadSeconds > 0 ? 'ahead of' : 'behind'} the others`;
}
