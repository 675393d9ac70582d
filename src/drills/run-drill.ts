import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { silentLog } from '../base/log.ts';
import { seededRandom } from '../base/seeded-random.ts';
import { Narrator } from '../demo/story/narrator.ts';
import { jsonTeller, personTeller } from '../demo/story/tell.ts';
import { Stops } from '../node/stops.ts';
import type { Drill, Setting } from './drill.ts';
import { type Cast, membersOf } from './stage/consortium.ts';
import { DrillError } from './stage/until.ts';

export interface DrillOptions {
  readonly seed: number;
  readonly isShort: boolean;
  readonly json: boolean;
  /** Where the members keep their data, afterwards too; a temporary folder that goes away without it. */
  readonly folder?: string;
}

/** Plays a drill and tells it. @returns whether every step held @throws DrillError, FolderLockError FOLDER_IN_USE */
export async function runDrill(
  drill: Drill,
  options: DrillOptions,
  { clock, write, onProgress }: { clock: Clock; write: (text: string) => void } & Pick<Setting, 'onProgress'>,
): Promise<boolean> {
  const { seed, isShort, json } = options;
  const cast = drill.cast(isShort);
  const folder = await openFolder(options.folder);
  const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const tell = json ? jsonTeller(write) : personTeller(write, { headings: { [drill.name]: drill.steps }, isColoured });
  write(json ? `${JSON.stringify(beginning(drill.name, cast, options))}\n` : opening(drill, cast, options));
  const narrator = new Narrator(drill.name, { clock, tell });
  const stops = new Stops();
  if (options.folder === undefined)
    stops.add(folder, (gone) => rm(gone, { recursive: true, force: true, maxRetries: 3 }));
  try {
    const random = seededRandom(seed);
    await untilInterrupted(drill.play({ cast, folder, isShort, random, clock, stops, onProgress }, narrator));
  } finally {
    await stops.run(silentLog);
  }
  if (!json) write(narrator.held ? '\nEvery step held.\n' : '\nA step did not hold: see the lines marked above.\n');
  return narrator.held;
}

/** @throws DrillError DRILL_BROKEN_OFF by Ctrl-C, so that no node, mount or network is left */
async function untilInterrupted(playing: Promise<void>): Promise<void> {
  const interrupted = new AbortController();
  const breakOff = (): void => interrupted.abort(new DrillError({ code: 'DRILL_BROKEN_OFF' }));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, breakOff);
  const broken = once(interrupted.signal, 'abort').then(() => interrupted.signal.throwIfAborted());
  try {
    await Promise.race([playing, broken]);
  } finally {
    for (const signal of signals) process.removeListener(signal, breakOff);
  }
}

function beginning(drill: string, cast: Cast, { seed, isShort }: DrillOptions): object {
  return { drill, seed, short: isShort, members: membersOf(cast), newcomers: cast.newcomers ?? [] };
}

function opening({ name, proves }: Drill, cast: Cast, { seed, isShort }: DrillOptions): string {
  const words = `bongsu drill ${name} --seed ${seed}${isShort ? ' --short' : ''}`;
  return `${name}: ${proves}.\n${playersText(cast)}\nTo make the same choices again: ${words}\n`;
}

/** `4 members play: hanbit and duru (operators), c-eir (the register), gamdok (the regulator).` */
function playersText(cast: Cast): string {
  const members = membersOf(cast);
  const others = members.filter(({ name }) => !cast.operators.includes(name));
  const parts = [
    `${listed(cast.operators)} (operators)`,
    ...others.map(({ name, roles: [role] }) => `${name} (the ${role})`),
  ];
  const newcomers = cast.newcomers === undefined ? '' : `; ${listed(cast.newcomers)} (operators) join them`;
  return `${members.length} members play: ${parts.join(', ')}${newcomers}.`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** @throws DrillError DRILL_FOLDER_NOT_EMPTY: what lies there would be played with, and spoil what is proven */
async function openFolder(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), 'bongsu-drill-'));
  const folder = resolve(wanted);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new DrillError({ code: 'DRILL_FOLDER_NOT_EMPTY', folder });
  // A second drill in this folder would start the same nodes. The lock ends with the process.
  lockFolder(folder);
  return folder;
}
