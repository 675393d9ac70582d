import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { inFirstYear } from './first-year.ts';
import type { SmscProbe } from '../probes/smpp-smsc.ts';
import { giveDemoUsers, signInLines } from './demo-users.ts';
import { type LaidOutMember, layOutConsortium, readExample } from './lay-out.ts';
import { openMessageCentres } from './message-networks.ts';
import { startNodes, stopNodes, untilLevel } from './processes.ts';
import { tellStory } from './stage.ts';
import { jsonTeller, personTeller, STORY_HEADINGS } from './story/tell.ts';
import { addressLines, addressObject, tryNext } from './welcome.ts';

export interface DemoOptions {
  /** Where the consortium's data goes; kept between runs. */
  readonly folder: string;
  /** End after the story. */
  readonly once: boolean;
  readonly json: boolean;
}

const EXAMPLE = fileURLToPath(new URL('../../examples/korea', import.meta.url));

/** Starts the consortium, plays the story, and unless `once` is set waits to be stopped. @returns whether all held */
export async function runDemo(options: DemoOptions, { clock }: { clock: Clock }): Promise<boolean> {
  const { json } = options;
  const folder = resolve(options.folder);
  const stopped = untilStopped();

  // A second consortium in this folder would write its ports over those of the first. The lock ends with the process.
  lockFolder(folder);
  if (!json) write('Starting seven members, each a node of its own ...\n');
  const example = await inFirstYear(await readExample(EXAMPLE), folder, { clock });
  const members = await layOutConsortium(example, folder);
  const centres = await openMessageCentres(members, { clock });
  try {
    return await play({ members, centres, stopped }, options, { clock });
  } finally {
    await Promise.all([...centres.values()].map((centre) => centre.close()));
  }
}

interface Play {
  readonly members: readonly LaidOutMember[];
  readonly centres: ReadonlyMap<string, SmscProbe>;
  readonly stopped: Promise<void>;
}

async function play(
  { members, centres, stopped }: Play,
  { json, once }: DemoOptions,
  { clock }: { clock: Clock },
): Promise<boolean> {
  const nodes = await startNodes(members);
  try {
    await untilLevel(nodes, { clock });
    const users = await giveDemoUsers(nodes);
    write(json ? `${JSON.stringify({ addresses: addressObject(nodes) })}\n` : addressLines(nodes) + signInLines(users));
    const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    const { columns } = process.stdout;
    const tell = json ? jsonTeller(write) : personTeller(write, { headings: STORY_HEADINGS, isColoured, columns });
    const held = await tellStory({ nodes, centres }, { clock, tell });
    if (!json) write(held ? '\nEvery step held.\n' : '\nA step did not hold: see the lines marked above.\n');
    if (!once) {
      if (!json) write(tryNext(nodes, clock.nowMs()));
      await stopped;
    }
    return held;
  } finally {
    await stopNodes(nodes);
  }
}

function write(text: string): void {
  process.stdout.write(text);
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
