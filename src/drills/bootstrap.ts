import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { silentLog } from '../base/log.ts';
import type { Line, Narrator } from '../demo/story/narrator.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import { ENTRY_ID_SIZE } from '../ledger/entry.ts';
import { readSigningKey } from '../ledger/note-key.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { dataFolder } from '../node/data-folder.ts';
import { encodeStatement } from '../statements/codec.ts';
import type { Drill, Setting } from './drill.ts';
import { OPERATORS, REGISTER, REGULATOR } from './stage/consortium.ts';
import { levelLine } from './stage/level.ts';
import { Stage } from './stage/stage.ts';
import { StaticServer } from './stage/static-server.ts';
import { until } from './stage/until.ts';

const ENTRIES = { short: 20_000, long: 1_000_000 } as const;
const JOIN_MS_MAX = 1_800_000;
const APPEND_COUNT = 4_096;
const FIRST_TIME_MS = 1_790_000_000_000;
/** A TAC of test equipment, and as many serial numbers as it has. */
const FIRST_IMEI = 101_700 * 1_000_000;

export const BOOTSTRAP: Drill = {
  name: 'bootstrap',
  proves: 'a new member with an empty folder verifies a long log, from its origin or from anybody who has a copy',
  steps: {
    write: 'A member has a long log',
    origin: 'A new member joins, and fetches and verifies all of it from its origin',
    mirror: 'The origin is off; another new member takes all of it from a static server with a copy of a mirror',
    level: 'All that run stand the same',
  },
  play,
};

const [HOME, OTHER] = OPERATORS;

async function play({ folder, isShort, random, clock, stops }: Setting, narrator: Narrator): Promise<void> {
  const count = ENTRIES[isShort ? 'short' : 'long'];
  const stage = await Stage.layOut({ folder, operators: [HOME, OTHER], hasUplinks: true }, { clock });
  stops.add(stage, (part) => part.close());
  const sinceWrite = narrator.startWatch();
  await writeLog(stage.folder(HOME), count, { firstId: Math.floor(random() * 2 ** 32) });
  const text = `${count} entries written, ${perSecond(count, sinceWrite())} a second`;
  narrator.say({ step: 'write', member: HOME, status: 'written', afterMs: sinceWrite(), text });
  await stage.start(HOME);
  narrator.say(await joinIn(stage, OTHER, { count, step: 'origin' }, narrator));

  await stage.stop(HOME);
  const mirror = joinPath(dataFolder(stage.folder(OTHER)).mirrors, HOME);
  const server = stops.add(await StaticServer.open({ log: mirror }), (part) => part.close());
  stage.uplink(REGISTER).towards(stage.authority(HOME), { kind: 'elsewhere', authority: server.authority });
  narrator.say(await joinIn(stage, REGISTER, { count, step: 'mirror' }, narrator));
  await stage.start(REGULATOR);
  await stage.start(HOME);
  narrator.say(await levelLine(stage, { step: 'level', text: 'all the same' }, narrator));
}

/** Starts a member whose folder has its keys and nothing else, and waits until it has all entries, folded. */
async function joinIn(
  stage: Stage,
  name: string,
  { count, step }: { count: number; step: string },
  narrator: Narrator,
): Promise<Line> {
  const elapsedMs = narrator.startWatch();
  await stage.start(name);
  const startedMs = elapsedMs();
  const ask = async (): Promise<true | undefined> => {
    return (await foldedAt(stage, name)) === count || undefined;
  };
  await until(`${count} entries at ${name}`, ask, { clock: narrator.clock, waitMsMax: JOIN_MS_MAX });
  const afterMs = elapsedMs();
  const memory = await peakMemory(stage.pid(name));
  const text = `${count} entries verified and folded, ${perSecond(count, afterMs)} a second with the start of ${startedMs.toFixed(0)} ms; ${memory}`;
  return { step, member: name, status: 'level', afterMs, text };
}

async function foldedAt(stage: Stage, name: string): Promise<number | undefined> {
  return (await stage.desk(name).health())?.logs.find((log) => log.name === HOME)?.foldedSize;
}

/** A log as the member's own desk would have written it, entry by entry, into its folder. Its node must not run. */
async function writeLog(root: string, count: number, { firstId }: { firstId: number }): Promise<void> {
  const { log: folder, signing: signingFolder, logKey } = dataFolder(root);
  const signingKey = await readSigningKey(logKey);
  const sequencer = await Sequencer.open({ folder, signingFolder, signingKey }, { log: silentLog });
  try {
    for (let first = 0; first < count; first += APPEND_COUNT) {
      const length = Math.min(APPEND_COUNT, count - first);
      await sequencer.append(Array.from({ length }, (_, place) => entryAt(first + place, firstId)));
    }
  } finally {
    await sequencer.close();
  }
}

function entryAt(index: number, firstId: number): Uint8Array {
  const id = Buffer.alloc(ENTRY_ID_SIZE);
  id.writeUInt32BE(firstId);
  id.writeUInt32BE(index, 4);
  return encodeStatement(
    { issuer: HOME, timeMs: FIRST_TIME_MS + index, id },
    { kind: 'device.blocked', target: { kind: 'imei', imei: (FIRST_IMEI + index) as ImeiKey }, reason: 'stolen' },
  );
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
