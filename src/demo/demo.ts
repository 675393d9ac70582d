import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/clock.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { DeskClient } from './desk-client.ts';
import { giveFeedTokens } from './feed-tokens.ts';
import { certify, FIRMS } from './firms.ts';
import { layOutConsortium, readExample } from './lay-out.ts';
import { FirmLine, openMessageCentres } from './message-networks.ts';
import { openElements } from './network-element.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from './processes.ts';
import type { Narrator } from './story/narrator.ts';
import { tellSpammer } from './story/spammer.ts';
import { tellStolenPhone } from './story/stolen-phone.ts';
import { jsonTeller, personTeller } from './story/tell.ts';
import { addressLines, addressObject, tryNext } from './welcome.ts';

export interface DemoOptions {
  /** Where the consortium's data goes; kept between runs. */
  readonly folder: string;
  /** End after the story. */
  readonly once: boolean;
  readonly json: boolean;
}

const EXAMPLE = fileURLToPath(new URL('../../examples/korea', import.meta.url));
const ROBBED = 'hanbit';
const ASKED = 'narae';
const CERTIFIER = 'injeung';

/** Starts the consortium, plays the story, and unless `once` is set waits to be stopped. @returns whether all held */
export async function runDemo(options: DemoOptions, { clock }: { clock: Clock }): Promise<boolean> {
  const { json, once } = options;
  const write = (text: string): void => void process.stdout.write(text);
  const folder = resolve(options.folder);
  const stopped = untilStopped();

  // A second consortium in this folder would write its ports over those of the first. The lock ends with the process.
  lockFolder(folder);
  if (!json) write('Starting seven members, each a node of its own ...\n');
  const members = await layOutConsortium(await readExample(EXAMPLE), folder);
  const centres = await openMessageCentres(members, { clock });
  const nodes = await startNodes(members);
  try {
    await untilLevel(nodes, { clock });
    write(json ? `${JSON.stringify({ addresses: addressObject(nodes) })}\n` : addressLines(nodes));
    const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    const tell = json ? jsonTeller(write) : personTeller(write, isColoured);
    const held = await tellStory(nodes, { clock, tell });
    if (!json) write(held ? '\nEvery step held.\n' : '\nA step did not hold: see the lines marked above.\n');
    if (!once) {
      if (!json) write(tryNext(nodes));
      await stopped;
    }
    return held;
  } finally {
    await stopNodes(nodes);
    await Promise.all(centres.map((centre) => centre.close()));
  }
}

type StoryDependencies = ConstructorParameters<typeof Narrator>[1];

/** The chapters, one after the other: a later one is told even where an earlier one did not hold. */
async function tellStory(nodes: readonly RunningNode[], deps: StoryDependencies): Promise<boolean> {
  const chapters = [stolenPhone, spammer];
  let held = true;
  for (const chapter of chapters) held = (await chapter(nodes, deps)) && held;
  return held;
}

async function stolenPhone(nodes: readonly RunningNode[], deps: StoryDependencies): Promise<boolean> {
  const elements = await openElements(nodes);
  try {
    const [desk, askedDesk] = await Promise.all(
      [ROBBED, ASKED].map((member) => DeskClient.open(nodeOf(nodes, member))),
    );
    return await tellStolenPhone({ elements, desk: desk!, askedDesk: askedDesk! }, deps);
  } finally {
    await Promise.all(elements.map((element) => element.close()));
  }
}

async function spammer(nodes: readonly RunningNode[], deps: StoryDependencies): Promise<boolean> {
  const certifier = await DeskClient.open(nodeOf(nodes, CERTIFIER));
  const operators = nodes.filter(({ node }) => node.gates?.messages !== undefined);
  await giveFeedTokens(certifier, operators);
  const [{ node } = nodeOf(nodes, ROBBED)] = operators;
  const codes = new Map(node.gates?.messages?.accounts.map(({ systemId, certificate }) => [systemId, certificate]));
  const firms = [];
  for (const firm of FIRMS) {
    firms.push(await certify(firm, codes.get(firm.account)!, { certifier: certifier.api, url: certifier.url }));
  }
  const lines = await Promise.all(firms.flatMap((firm) => operators.map((operator) => FirmLine.open(operator, firm))));
  try {
    const asked = { member: ASKED, url: nodeOf(nodes, ASKED).addresses.api };
    return await tellSpammer({ certifierName: CERTIFIER, certifier: certifier.api, firms, lines, asked }, deps);
  } finally {
    await Promise.all(lines.map((line) => line.close()));
  }
}

function nodeOf(nodes: readonly RunningNode[], member: string): RunningNode {
  const node = nodes.find(({ name }) => name === member);
  assert(node !== undefined, 'the example has this member');
  return node;
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
