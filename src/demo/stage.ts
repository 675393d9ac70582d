import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { ApiClient } from '../cli/client.ts';
import type { SmscProbe } from '../probes/smpp-smsc.ts';
import { Archive } from '../records/archive/archive.ts';
import { readMapping } from '../records/archive/mapping.ts';
import { DeskClient } from './desk-client.ts';
import { giveToken } from './given-tokens.ts';
import { certify, FIRMS } from './firms.ts';
import { generateWorld } from './illegal-cell/generate.ts';
import { Shop } from './illegal-cell/paid.ts';
import { writeWorld } from './illegal-cell/world-files.ts';
import type { World } from './illegal-cell/world.ts';
import { FirmLine } from './message-networks.ts';
import { openElements } from './network-element.ts';
import type { RunningNode } from './processes.ts';
import { tellIllegalCell } from './story/illegal-cell.ts';
import type { Tell } from './story/narrator.ts';
import { tellSpammer } from './story/spammer.ts';
import { tellStolenPhone } from './story/stolen-phone.ts';

/** Where the story is told: the nodes, and a message centre behind each operator's message gate. */
export interface Stage {
  readonly nodes: readonly RunningNode[];
  readonly centres: ReadonlyMap<string, SmscProbe>;
}

type Deps = { readonly clock: Clock; readonly tell: Tell };

const HOME = 'hanbit';
const ASKED = 'narae';
const CERTIFIER = 'injeung';
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Small enough to be played while somebody watches. */
const WORLD = { seed: 7, subscribers: 600, areas: 10, victimShare: 0.3 } as const;
const ARCHIVE = { threads: 1, memoryMbMax: 256, feedFilesMax: 24 };

/** The chapters, one after the other: a later one is told even where an earlier one did not hold. */
export async function tellStory(stage: Stage, deps: Deps): Promise<boolean> {
  let held = true;
  for (const chapter of [stolenPhone, spammer, illegalCell]) held = (await chapter(stage, deps)) && held;
  return held;
}

async function stolenPhone({ nodes }: Stage, deps: Deps): Promise<boolean> {
  const elements = await openElements(nodes);
  try {
    const desk = await DeskClient.open(nodeOf(nodes, HOME));
    const askedDesk = await DeskClient.open(nodeOf(nodes, ASKED));
    return await tellStolenPhone({ elements, desk, askedDesk }, deps);
  } finally {
    await Promise.all(elements.map((element) => element.close()));
  }
}

async function spammer({ nodes }: Stage, deps: Deps): Promise<boolean> {
  const certifier = await DeskClient.open(nodeOf(nodes, CERTIFIER));
  const operators = nodes.filter(({ node }) => node.gates?.messages !== undefined);
  for (const { name, folder } of operators) {
    await giveToken(certifier.api, { name: `sightings-${name}`, role: 'feed' }, { folder, file: 'sightings' });
  }
  const accounts = nodeOf(nodes, HOME).node.gates?.messages?.accounts ?? [];
  const codes = new Map(accounts.map(({ systemId, certificate }) => [systemId, certificate]));
  const firms = [];
  for (const firm of FIRMS) {
    firms.push(await certify(firm, codes.get(firm.account)!, { certifier: certifier.api, url: certifier.url }));
  }
  const lines = await Promise.all(firms.flatMap((firm) => operators.map((operator) => FirmLine.open(operator, firm))));
  try {
    const asked = { member: ASKED, url: nodeOf(nodes, ASKED).addresses.api };
    return await tellSpammer(
      { certifierName: CERTIFIER, certifierUrl: certifier.url, certifier: certifier.api, firms, lines, asked },
      deps,
    );
  } finally {
    await Promise.all(lines.map((line) => line.close()));
  }
}

async function illegalCell({ nodes, centres }: Stage, deps: Deps): Promise<boolean> {
  const home = nodeOf(nodes, HOME);
  const { folder, addresses } = home;
  const { api, url } = await DeskClient.open(home);
  const feed = await giveToken(api, { name: 'network', role: 'feed' }, { folder, file: 'network' });
  const shop = await giveToken(api, { name: 'shop', role: 'merchant' }, { folder, file: 'shop' });
  const { world, disputed } = await importWorld(home, deps);
  return tellIllegalCell(
    {
      member: HOME,
      url,
      api,
      feed: new ApiClient({ url, token: feed }),
      anybody: new ApiClient({ url }),
      shop: new Shop({ address: addresses['payments']!, token: shop }),
      centre: centres.get(HOME)!,
      world,
      disputed,
    },
    deps,
  );
}

/** The records of twelve days up to this morning, imported as `bongsu records import` does; once, however often told. */
async function importWorld(
  { folder }: RunningNode,
  { clock }: Deps,
): Promise<{ world: World; disputed: readonly string[] }> {
  const endMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
  const world = generateWorld({ ...WORLD, endMs });
  const { files, disputed } = await writeWorld(world, join(folder, 'illegal-cell'));
  const archive = await Archive.open(join(folder, 'records', 'archive'), ARCHIVE, { clock, log: silentLog });
  try {
    for (const { mapping, ...file } of files) {
      await archive.import({ ...file, mapping: await readMapping(mapping, file.kind) });
    }
  } finally {
    await archive.close();
  }
  return { world, disputed: (await readFile(disputed, 'utf8')).trim().split('\n') };
}

function nodeOf(nodes: readonly RunningNode[], member: string): RunningNode {
  const node = nodes.find(({ name }) => name === member);
  assert(node !== undefined, 'the example has this member');
  return node;
}
