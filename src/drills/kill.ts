import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Narrator } from '../demo/story/narrator.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS } from './stage/consortium.ts';
import { digestOf } from './stage/desk.ts';
import { blockedEverywhere } from './stage/gates.ts';
import { levelLine } from './stage/level.ts';
import { logsLine, Promised } from './stage/log-check.ts';
import { Phones } from './stage/phones.ts';
import { choose } from '../base/seeded-random.ts';
import { Stage } from './stage/stage.ts';

const KILLS = { short: 6, long: 300 } as const;
/** Some kills fall into a start, most into work. */
const START_AWAITED_SHARE = 0.7;
const PAUSE_MS_MAX = 400;
/** Between a desk's last answer and its next phone. */
const PACE_MS = 200;
/** What every desk states in a quarter of an hour is no excess here. */
const BUDGET = { perHour: 100_000, perDay: 100_000, perTac: 100_000 };
const ASKED_AT_GATES = 10;

export const KILL: Drill = {
  name: 'kill',
  proves: 'a node killed at any instant loses nothing it acknowledged, and states nothing twice',
  steps: {
    work: 'Every desk states a phone and seals a file, one after the other',
    kill: 'Nodes are killed at random instants, while they work and while they start',
    level: 'All are started again',
    refuse: 'What was acknowledged is refused at every gate',
    check:
      'All are stopped; every shared, own and governance log and every copy is recomputed from its files, and every entry read',
  },
  cast: (isShort) => ({ operators: OPERATORS.slice(0, isShort ? 2 : 3), hasRegulator: !isShort }),
  play,
};

async function play(setting: Setting, narrator: Narrator): Promise<void> {
  const { cast, folder, isShort, random, clock, stops } = setting;
  const stage = await Stage.layOut({ folder, ...cast, budgetFloor: BUDGET }, { clock });
  stops.add(stage, (part) => part.close());
  await stage.startAll();
  const sinceWork = narrator.startWatch();
  const desks = `${stage.names.length} desks, each ${PACE_MS} ms after its last answer`;
  narrator.say({ step: 'work', member: 'all', status: 'stating', afterMs: 0, text: desks });
  const work = stops.add(startWork(stage, new Phones(random)), (part) => part.breakOff());
  const hits = await killAtRandom(stage, isShort ? KILLS.short : KILLS.long, setting);
  const acknowledged = await work.finish();
  const killed = `${hits.working} at work, ${hits.starting} in their start`;
  const text = `${hits.working + hits.starting} kills: ${killed}; ${stage.endings.length} ended by themselves`;
  narrator.say({
    step: 'kill',
    member: 'all',
    status: 'killed',
    afterMs: sinceWork(),
    held: stage.endings.length === 0,
    text,
  });
  const { statements, seals } = acknowledged;
  const again = [...statements, ...seals].filter(({ attempts }) => attempts > 1).length;
  const worked = `${statements.length} statements and ${seals.length} seals acknowledged, ${again} asked more than once`;
  narrator.say({ step: 'kill', member: 'all', status: 'stated', afterMs: sinceWork(), text: worked });

  narrator.say(await levelLine(stage, { step: 'level', text: 'all run again' }, narrator));
  const asked = Array.from({ length: ASKED_AT_GATES }, () => choose(statements, random).imei);
  narrator.say(...(await blockedEverywhere(stage, cast.operators, asked, { step: 'refuse', narrator })));
  narrator.say(await logsLine(stage, acknowledged, { step: 'check', narrator }));
}

interface Work {
  /** Lets every desk have its last answer. @returns what all of them acknowledged */
  finish(): Promise<Promised>;
  breakOff(): void;
}

/** Every desk states and seals as long as the drill goes on, whatever happens to its node. */
function startWork(stage: Stage, phones: Phones): Work {
  const acknowledged = new Promised();
  const over = new AbortController();
  const broken = new AbortController();
  const working = Promise.all(
    stage.names.map(async (name) => {
      while (!over.signal.aborted) {
        const [desk, imei] = [stage.desk(name), phones.next()];
        acknowledged.statements.push(await desk.stateUntilAnswered(imei, randomUUID(), broken.signal));
        acknowledged.seals.push(await desk.sealUntilAnswered(digestOf(imei), randomUUID(), broken.signal));
        await wait(PACE_MS);
      }
    }),
  );
  // Who finishes is told; where the drill is broken off nobody is.
  working.catch(() => undefined);
  const finish = async (): Promise<Promised> => {
    over.abort();
    await working;
    return acknowledged;
  };
  const breakOff = (): void => {
    over.abort();
    broken.abort();
  };
  return { finish, breakOff };
}

/** Kills one node after the other, each at once started again. At the end all run. */
async function killAtRandom(
  stage: Stage,
  kills: number,
  { random, onProgress }: Pick<Setting, 'random' | 'onProgress'>,
): Promise<{ working: number; starting: number }> {
  const starting = new Set<string>();
  const hits = { working: 0, starting: 0 };
  for (let kill = 0; kill < kills; kill++) {
    await wait(random() * PAUSE_MS_MAX);
    const victim = choose(stage.names, random);
    hits[starting.has(victim) ? 'starting' : 'working'] += 1;
    await stage.kill(victim);
    stage.spawn(victim);
    starting.add(victim);
    const ready = stage.ready(victim).then(
      () => void starting.delete(victim),
      () => undefined,
    );
    if (random() < START_AWAITED_SHARE) await ready;
    onProgress(kill + 1, kills);
  }
  await Promise.all(stage.names.map((name) => stage.ready(name)));
  return hits;
}
