import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Narrator } from '../demo/story/narrator.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS } from './stage/consortium.ts';
import { digestOf } from './stage/desk.ts';
import { answeredNow, blockedEverywhere } from './stage/gates.ts';
import { levelLine, untilLevel } from './stage/level.ts';
import { logsLine, Promised } from './stage/log-check.ts';
import { Phones } from './stage/phones.ts';
import { smallDisk, type SmallDisk } from './stage/small-disk.ts';
import { Stage } from './stage/stage.ts';

const ROUNDS = { short: 8, long: 60 } as const;
/** A decision takes some dozens of pages: with fewer the database is full, with a few more the log is. */
const PAGES_MAX = 64;

export const DISK_FULL: Drill = {
  name: 'disk-full',
  proves:
    'a node whose disk is full says so, answers at its gates, half-writes nothing, and goes on once there is room',
  steps: {
    before: 'A phone is stated',
    full: 'The disk fills up, each time with another few pages left, and the desk states a phone and seals a file',
    gates: 'The gates answer all the while',
    room: 'There is room again: what was asked for is asked for again',
    check:
      'All are stopped; every shared, own and governance log and every copy is recomputed from its files, and every entry read',
  },
  cast: (isShort) => ({ operators: [HOME, OTHER], hasRegulator: !isShort }),
  play,
};

const [HOME, OTHER] = OPERATORS;

async function play(setting: Setting, narrator: Narrator): Promise<void> {
  const disk = setting.stops.add(smallDisk(join(setting.folder, 'members', HOME)), (part) => part.close());
  await playOn(disk, setting, narrator);
}

async function playOn(
  disk: SmallDisk,
  { cast, folder, isShort, random, clock, stops }: Setting,
  narrator: Narrator,
): Promise<void> {
  const stage = await Stage.layOut({ folder, ...cast }, { clock });
  stops.add(stage, (part) => part.close());
  const phones = new Phones(random);
  const rounds = ROUNDS[isShort ? 'short' : 'long'];
  await stage.startAll();
  const desk = stage.desk(HOME);
  const sinceStart = narrator.startWatch();
  const acknowledged = new Promised();
  const known = phones.next();
  acknowledged.statements.push(await desk.stateUntilAnswered(known, randomUUID()));
  await untilLevel(stage, { clock });
  narrator.say({ step: 'before', member: HOME, status: 'stated', afterMs: sinceStart(), text: disk.how });
  const outcomes = new Map<string, number>();
  let slowestMs = 0;
  let right = 0;
  let asked = 0;
  for (let round = 0; round < rounds; round++) {
    // The first time there is no room at all, and each time a little more.
    const pages = round === 0 ? 0 : Math.floor(((round + random()) * PAGES_MAX) / rounds);
    disk.fill(pages, stage.pid(HOME));
    const [imei, key, sealKey] = [phones.next(), randomUUID(), randomUUID()];
    const decisions = [() => desk.state(imei, key), () => desk.seal(digestOf(imei), sealKey)];
    // The first of them may take the last page: each log is to meet that.
    for (const decide of round % 2 === 0 ? decisions : decisions.toReversed()) {
      const outcome = await decide();
      const name = typeof outcome === 'object' ? 'done' : (outcome ?? 'no answer');
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    }
    const question = { imei: known, wanted: 'blocked', text: '' };
    const answers = await answeredNow(stage, [HOME], question, { step: 'gates', narrator });
    for (const { afterMs, held } of answers) {
      asked += 1;
      right += held === true ? 1 : 0;
      slowestMs = Math.max(slowestMs, afterMs);
    }
    disk.free(stage.pid(HOME));
    acknowledged.statements.push(await desk.stateUntilAnswered(imei, key));
    acknowledged.seals.push(await desk.sealUntilAnswered(digestOf(imei), sealKey));
  }
  const said = [...outcomes].map(([name, times]) => `${times} x ${name}`).join(', ');
  const isRefused = [...outcomes.keys()].some((name) => name !== 'done');
  const isSaid = isRefused && !outcomes.has('no answer') && !outcomes.has('INTERNAL');
  narrator.say({
    step: 'full',
    member: HOME,
    status: 'refused',
    afterMs: sinceStart(),
    held: isSaid && stage.endings.length === 0,
    text: `${rounds} times two decisions: ${said}`,
  });
  const text = `${right} of ${asked} answers right, the slowest after ${slowestMs.toFixed(0)} ms`;
  narrator.say({
    step: 'gates',
    member: HOME,
    gate: 'all',
    status: 'blocked',
    afterMs: sinceStart(),
    held: right === asked,
    text,
  });
  const { statements, seals } = acknowledged;
  const done = `${statements.length} statements and ${seals.length} seals acknowledged`;
  narrator.say(await levelLine(stage, { step: 'room', text: done }, narrator));
  const imeis = statements.map(({ imei }) => imei);
  narrator.say(...(await blockedEverywhere(stage, [HOME, OTHER], imeis, { step: 'room', narrator })));
  narrator.say(await logsLine(stage, acknowledged, { step: 'check', narrator }));
}
