import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { NetworkElement } from '../demo/network-element.ts';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { dataFolder } from '../node/data-folder.ts';
import { makeNextKey } from '../node/member-keys.ts';
import { learnedBudget } from '../standing/budget.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER, REGULATOR } from './stage/consortium.ts';
import { decide } from './stage/council.ts';
import { answeredNow, stateAndRefuse } from './stage/gates.ts';
import { levelLine, untilLevel } from './stage/level.ts';
import { Pen } from './stage/pen.ts';
import { Phones } from './stage/phones.ts';
import { bongsu } from './stage/program.ts';
import { Stage } from './stage/stage.ts';
import { StaticServer } from './stage/static-server.ts';
import { type Loot, lootOf } from './stage/thief.ts';
import { until } from './stage/until.ts';

const STATEMENTS = { short: 2_000, long: 50_000 } as const;
/** What a member without a history gets. */
const BUDGET = { perHour: 60, perDay: 120, perTac: 80 };
/** Of the day which the issuer's clock may run ahead of the witnesses: of its first day a member learns. */
const DAY_AHEAD = learnedBudget([BUDGET.perDay], BUDGET).perDay;
const IN_FORCE_MAX = BUDGET.perDay + DAY_AHEAD;
const RAISED = { perHour: 1_000, perDay: 2_000, perTac: 1_000 };
/** Questions that are under way at a gate at one time. */
const ASKED_AT_ONCE = 32;

export const STOLEN_KEY: Drill = {
  name: 'stolen-key',
  proves: 'whatever the thief of a log key states, at most the budget is refused, and one command restores it',
  steps: {
    before: 'A member states a phone with its own key',
    theft:
      'A thief has its log key and the epoch key, and states thousands: past and future times, ranges, a whole TAC',
    bound: 'Every gate of every operator is asked about every phone',
    shown: 'What is beyond the budget is quarantined, shown and alarmed at every member',
    strike: 'The register strikes all of it with one command',
    rotate:
      'The others exchange the key in the governance log: k of n sign, the member that was robbed is not among them',
    after: 'The thief signs on with the old key, and the member with the new one',
  },
  cast: () => ({ operators: [HOME, OTHER] }),
  play,
};

const [HOME, OTHER] = OPERATORS;

async function play({ cast, folder, isShort, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const options = { folder, ...cast, budgetFloor: BUDGET, hasUplinks: true };
  const stage = stops.add(await Stage.layOut(options, { clock }), (part) => part.close());
  const phones = new Phones(random);
  const known = phones.next();
  await stage.startAll();
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME, OTHER], known, { step: 'before', narrator })));
  await untilLevel(stage, { clock });
  const loot = lootOf({ count: STATEMENTS[isShort ? 'short' : 'long'], nowMs: clock.nowMs(), random });
  const from = await steal(stage, loot, narrator);
  const elements = await stage.elements([OTHER, HOME]);
  stops.add(elements, (open) => Promise.all(open.map((element) => element.close())));
  const inForce = await bounded(elements, loot, narrator);
  narrator.say(...(await shown(stage, loot, { inForce: inForce.length }, narrator)));
  await strike(stage, { from, elements, inForce }, narrator);
  const thiefs = join(folder, 'thief');
  await cp(stage.folder(HOME), thiefs, { recursive: true });
  await rotate(stage, narrator);
  stops.add(await signOn(stage, thiefs, narrator), (part) => part.close());
  narrator.say(...(await stateAndRefuse(stage, HOME, [HOME, OTHER], phones.next(), { step: 'after', narrator })));
  narrator.say(await levelLine(stage, { step: 'after', text: 'all the same' }, narrator));
}

/** Writes into the member's own log, which its node then serves: nothing tells these entries from the member's own. */
async function steal(stage: Stage, { written }: Loot, narrator: Narrator): Promise<number> {
  await stage.stop(HOME);
  const elapsedMs = narrator.startWatch();
  const pen = await Pen.open({ root: stage.folder(HOME), member: HOME });
  const from = await pen.write(written.length, (place) => written[place]!);
  await pen.close();
  await stage.start(HOME);
  const { afterMs, entries } = await untilLevel(stage, narrator);
  const text = `${written.length} statements from entry ${from} on, signed and sealed as its own`;
  narrator.say({ step: 'theft', member: HOME, status: 'stated', afterMs: elapsedMs(), text });
  const read = `every node has read them: ${entries} entries`;
  narrator.say({ step: 'theft', member: 'all', status: 'level', afterMs, text: read });
  return from;
}

/** @returns the phones that are refused or tracked: the same ones at every gate, or it did not hold */
async function bounded(
  elements: readonly NetworkElement[],
  { phones }: Loot,
  narrator: Narrator,
): Promise<readonly string[]> {
  const budget = `the budget is ${BUDGET.perDay}, and ${DAY_AHEAD} of the day ahead`;
  let first: readonly string[] | undefined;
  for (const element of elements) {
    const elapsedMs = narrator.startWatch();
    const answers = await askAll(element, phones);
    first ??= answers;
    const counts = (wanted: string): number => answers.filter((answer) => answer === wanted).length;
    const [refused, tracked, allowed] = [counts('blocked'), counts('tracked'), counts('allowed')];
    // An answer of another kind would be a gate that fails.
    const isBounded = refused > 0 && refused + tracked <= IN_FORCE_MAX && allowed === phones.length - refused - tracked;
    const held = isBounded && isDeepStrictEqual(answers, first);
    const text = `of ${phones.length} phones ${refused} refused and ${tracked} tracked; ${budget}`;
    narrator.say({ step: 'bound', ...at(element), status: 'blocked', held, afterMs: elapsedMs(), text });
  }
  return phones.filter((_, place) => first?.[place] !== 'allowed');
}

async function shown(
  stage: Stage,
  { written }: Loot,
  { inForce }: { inForce: number },
  narrator: Narrator,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const name of stage.names) {
    const elapsedMs = narrator.startWatch();
    const { quarantined = 0 } = (await stage.desk(name).health())?.logs.find((log) => log.name === HOME) ?? {};
    const isAlarmed = (await stage.said(name)).includes('"code":"STANDING_QUARANTINED"');
    const held = isAlarmed && quarantined >= written.length - inForce && quarantined < written.length;
    const text = `${quarantined} of ${written.length} statements quarantined, ${isAlarmed ? 'alarmed' : 'no alarm'}`;
    lines.push({ step: 'shown', member: name, status: 'quarantined', held, afterMs: elapsedMs(), text });
  }
  return lines;
}

/** The command, and from its beginning on the gates: nothing is added after the fact. */
async function strike(
  stage: Stage,
  { from, elements, inForce }: { from: number; elements: readonly NetworkElement[]; inForce: readonly string[] },
  narrator: Narrator,
): Promise<void> {
  const elapsedMs = narrator.startWatch();
  const token = join(stage.folder(REGISTER), 'tokens', 'supervisor');
  const way = ['--url', `http://${stage.authority(REGISTER)}`, '--token-file', token];
  const said = bongsu('quarantine', 'strike', '--member', HOME, '--from', `${from}`, ...way).then(
    ({ exitCode, output, errors }): Line => {
      const text = exitCode === 0 ? output.split('\n')[0]! : errors.trim();
      return { step: 'strike', member: REGISTER, status: 'struck', held: exitCode === 0, afterMs: elapsedMs(), text };
    },
  );
  const gates = elements.map(async (element): Promise<Line> => {
    const ask = async (): Promise<true | undefined> =>
      (await askAll(element, inForce)).every((answer) => answer === 'allowed') || undefined;
    await until('every phone allowed again', ask, narrator);
    const text = `all ${inForce.length} phones attach again`;
    return { step: 'strike', ...at(element), status: 'allowed', afterMs: elapsedMs(), text };
  });
  narrator.say(...(await Promise.all([said, ...gates])));
}

async function rotate(stage: Stage, narrator: Narrator): Promise<void> {
  const step = 'rotate';
  const signers = [OTHER, REGISTER, REGULATOR];
  const vkey = await makeNextKey(stage.folder(HOME), 'log');
  const { size } = (await stage.desk(HOME).health())!.logs.find(({ name }) => name === HOME)!;
  const [member, toSize] = [HOME as MemberName, size + 1];
  narrator.say(
    await decide(
      stage,
      {
        step,
        text: `another key signs ${HOME}'s log from size ${toSize} on alone`,
        signers,
        make: () => ({ kind: 'member.keys', member, keys: { log: { vkey, fromSize: size, toSize } } }),
      },
      narrator,
    ),
    await decide(
      stage,
      {
        step,
        text: `${HOME} gets a larger budget, as the thief has used up the old one`,
        signers,
        make: () => ({ kind: 'budget.set', member, budget: RAISED }),
      },
      narrator,
    ),
  );
}

/** The thief has a copy of the log and the old key, and another member is led to him instead of the robbed one. */
async function signOn(stage: Stage, thiefs: string, narrator: Narrator): Promise<StaticServer> {
  const pen = await Pen.open({ root: thiefs, member: HOME });
  const loot = lootOf({ count: 8, nowMs: narrator.clock.nowMs(), random: () => 0 });
  await pen.write(loot.written.length, (place) => loot.written[place]!);
  await pen.close();
  const server = await StaticServer.open({ log: dataFolder(thiefs).log });
  const elapsedMs = narrator.startWatch();
  const way = stage.uplink(OTHER);
  way.towards(stage.authority(HOME), { kind: 'elsewhere', authority: server.authority });
  const ask = async (): Promise<true | undefined> => {
    const health = await stage.desk(OTHER).health();
    return health?.logs.find(({ name }) => name === HOME)?.fault === 'FOLLOW_GARBAGE' || undefined;
  };
  await until(`${OTHER}'s word about the old key`, ask, narrator);
  const text = `says of what the old key signs: FOLLOW_GARBAGE`;
  narrator.say({ step: 'after', member: OTHER, status: 'refused', afterMs: elapsedMs(), text });
  const question = { imei: loot.phones[0]!, wanted: 'allowed', text: 'what he states under it is nothing' };
  narrator.say(...(await answeredNow(stage, [OTHER], question, { step: 'after', narrator })));
  way.towards(stage.authority(HOME), { kind: 'through' });
  return server;
}

async function askAll(element: NetworkElement, phones: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (let first = 0; first < phones.length; first += ASKED_AT_ONCE) {
    const some = phones.slice(first, first + ASKED_AT_ONCE);
    answers.push(...(await Promise.all(some.map((imei) => element.ask(imei)))));
  }
  return answers;
}

function at({ member, gate }: NetworkElement): { member: string; gate: string } {
  return { member, gate };
}
