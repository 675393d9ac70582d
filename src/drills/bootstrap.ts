import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import { type ImeiKey, imeiText } from '../identifiers/imei.ts';
import { dataFolder } from '../node/data-folder.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER } from './stage/consortium.ts';
import { blockedEverywhere } from './stage/gates.ts';
import { levelLine } from './stage/level.ts';
import { admit } from './stage/newcomer.ts';
import { Pen, type Written } from './stage/pen.ts';
import type { Random } from '../base/seeded-random.ts';
import { Stage } from './stage/stage.ts';
import { StaticServer } from './stage/static-server.ts';
import { until } from './stage/until.ts';

const ENTRIES = { short: 10_000, long: 1_000_000 } as const;
const JOIN_MS_MAX = 1_800_000;
/** So that all of them are in force. */
const BUDGET = { perHour: ENTRIES.long, perDay: ENTRIES.long, perTac: ENTRIES.long };
/** A TAC of test equipment, and as many serial numbers as it has. */
const FIRST_IMEI = 101_700 * 1_000_000;
const ASKED_AT_GATES = 20;

export const BOOTSTRAP: Drill = {
  name: 'bootstrap',
  proves: 'a new member needs one small file, and verifies a long log from its origin or from anybody who has a copy',
  steps: {
    admit: 'Two newcomers introduce themselves; the members admit them, and grant them the keys',
    write: 'A member has a long log of sealed statements',
    origin: 'A newcomer with an empty folder starts: it fetches, verifies, opens and folds all of it from its origin',
    mirror: 'All members are off; the other newcomer takes all of it from a static web server with copies',
    level: 'All three stand the same',
  },
  cast: () => ({ operators: [HOME, FOUNDER], newcomers: [FIRST, SECOND] }),
  play,
};

/** The third founder is there to witness: more than half of the witnesses must run while newcomers do not yet. */
const [HOME, FIRST, SECOND, FOUNDER] = OPERATORS;

async function play({ cast, folder, isShort, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const count = ENTRIES[isShort ? 'short' : 'long'];
  const options = { folder, ...cast, budgetFloor: BUDGET };
  const stage = stops.add(await Stage.layOut(options, { clock }), (part) => part.close());
  await stage.startAll();
  for (const name of [FIRST, SECOND]) {
    narrator.say(...(await admit(stage, { name, step: 'admit', signers: [REGISTER, HOME, FOUNDER] }, narrator)));
  }
  await Promise.all(stage.awake.map((name) => stage.stop(name)));
  narrator.say(await longLog(stage, count, narrator));

  await stage.start(HOME);
  const governance = `http://${stage.authority(HOME)}/governance`;
  await stage.configure(FIRST, { governanceFrom: [governance] });
  narrator.say(...(await joinIn(stage, FIRST, { count, step: 'origin', random }, narrator)));

  await Promise.all(stage.awake.map((name) => stage.stop(name)));
  const { governanceLog, mirrors } = dataFolder(stage.folder(FIRST));
  const copies = { governance: governanceLog, [`mirrors/${HOME}`]: join(mirrors, HOME) };
  const server = stops.add(await StaticServer.open(copies), (part) => part.close());
  const follow = { pollIntervalMs: 500, mirrors: [`http://${server.authority}`] };
  await stage.configure(SECOND, { governanceFrom: [], follow });
  narrator.say(...(await joinIn(stage, SECOND, { count, step: 'mirror', random }, narrator)));
  await Promise.all([HOME, FIRST].map((name) => stage.start(name)));
  narrator.say(await levelLine(stage, { step: 'level', text: 'all the same' }, narrator));
}

async function longLog(stage: Stage, count: number, narrator: Narrator): Promise<Line> {
  const elapsedMs = narrator.startWatch();
  const pen = await Pen.open({ root: stage.folder(HOME), member: HOME });
  const nowMs = narrator.clock.nowMs();
  await pen.write(count, (place) => blockAt(place, nowMs));
  await pen.close();
  const text = `${count} entries sealed, signed and written, ${perSecond(count, elapsedMs())} a second`;
  return { step: 'write', member: HOME, status: 'written', afterMs: elapsedMs(), text };
}

function blockAt(place: number, timeMs: number): Written {
  const target = { kind: 'imei', imei: (FIRST_IMEI + place) as ImeiKey } as const;
  return { timeMs, statement: { kind: 'device.blocked', target, reason: 'stolen' } };
}

/** Starts a member whose folder has its keys and the genesis checkpoint, and waits until it has all entries, folded. */
async function joinIn(
  stage: Stage,
  name: string,
  { count, step, random }: { count: number; step: string; random: Random },
  narrator: Narrator,
): Promise<Line[]> {
  const elapsedMs = narrator.startWatch();
  await stage.start(name);
  const startedMs = elapsedMs();
  const ask = async (): Promise<true | undefined> => ((await foldedAt(stage, name)) ?? 0) >= count || undefined;
  await until(`${count} entries at ${name}`, ask, { clock: narrator.clock, waitMsMax: JOIN_MS_MAX });
  const afterMs = elapsedMs();
  const memory = await peakMemory(stage.pid(name));
  const speed = `${perSecond(count, afterMs)} a second with the start of ${startedMs.toFixed(0)} ms`;
  const text = `${count} entries verified, opened and folded, ${speed}; ${memory}`;
  const phones = Array.from({ length: ASKED_AT_GATES }, () =>
    imeiText((FIRST_IMEI + Math.floor(random() * count)) as ImeiKey),
  );
  return [
    { step, member: name, status: 'level', afterMs, text },
    ...(await blockedEverywhere(stage, [name], phones, { step, narrator })),
  ];
}

async function foldedAt(stage: Stage, name: string): Promise<number | undefined> {
  return (await stage.desk(name).health())?.logs.find((log) => log.name === HOME)?.foldedSize;
}

function perSecond(count: number, ms: number): string {
  return ((count * 1_000) / ms).toFixed(0);
}

/** The most memory that a process ever had, where the system says so. */
async function peakMemory(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmHWM:\s+([0-9]+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined
    ? 'this system does not tell its memory'
    : `${Math.round(Number(kilobytes) / 1024)} MiB at most`;
}
