import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../src/base/clock.ts';
import { type Example, layOutConsortium, type NodeFile } from '../src/demo/lay-out.ts';
import { DeskClient } from '../src/demo/desk-client.ts';
import { type NetworkElement, openElements } from '../src/demo/network-element.ts';
import { startNodes, stopNodes, untilLevel } from '../src/demo/processes.ts';
import { type ImeiKey, imeiText } from '../src/identifiers/imei.ts';
import type { Figure } from './figure.ts';

const MEMBERS = 10;
const FIRST_PORT = 27_100;
const FIRST_KEY = 101_702_000_000;
const ASK_INTERVAL_MS = 10;
const WAIT_MS_MAX = 10_000;

/** Report at one member → refused at every gate of every member: ten operators, a process each, both gates each. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-bench-'));
  const nodes = await startNodes(await layOutConsortium(tenOperators(), folder));
  try {
    await untilLevel(nodes, { clock: systemClock });
    const elements = await openElements(nodes);
    const desks = await Promise.all(nodes.map((node) => DeskClient.open(node)));
    const figures = await measure(desks, elements, quick ? 20 : 200);
    await Promise.all(elements.map((element) => element.close()));
    return figures;
  } finally {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  desks: readonly DeskClient[],
  elements: readonly NetworkElement[],
  reports: number,
): Promise<Figure[]> {
  const answered: number[] = [];
  const refused: number[] = [];
  // The first reports find every process cold; they are not counted.
  for (let report = -desks.length; report < reports; report++) {
    const desk = desks[(report + desks.length) % desks.length]!;
    const imei = imeiText((FIRST_KEY + desks.length + report) as ImeiKey);
    const sentAt = systemClock.steadyMs();
    const everywhere = elements.map((element) => untilBlocked(element, imei, sentAt));
    await desk.reportStolen(imei);
    const answeredMs = systemClock.steadyMs() - sentAt;
    const refusedMs = await Promise.all(everywhere);
    if (report < 0) continue;
    answered.push(answeredMs);
    refused.push(Math.max(...refusedMs));
  }
  return (['p50', 'p99'] as const).map((name) => {
    const value = percentile(refused, name);
    const baseline = { name: `the desk's own answer, ${name}`, value: percentile(answered, name) };
    const goal = name === 'p99' ? { target: 'at most 250 ms', met: value <= 250 } : {};
    return {
      name: `report → refused at all ${elements.length} gates of ${desks.length} members, ${name} of ${reports}`,
      value,
      unit: 'ms',
      baseline,
      ratio: value / baseline.value,
      ...goal,
    };
  });
}

async function untilBlocked(element: NetworkElement, imei: string, sentAt: number): Promise<number> {
  for (;;) {
    const answer = await element.ask(imei);
    const elapsedMs = systemClock.steadyMs() - sentAt;
    if (answer === 'blocked') return elapsedMs;
    if (elapsedMs > WAIT_MS_MAX) throw new Error(`${element.member} ${element.gate} still says ${answer}`);
    await wait(ASK_INTERVAL_MS);
  }
}

function percentile(values: readonly number[], name: 'p50' | 'p99'): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (name === 'p50' ? 0.5 : 0.99)))]!;
}

function tenOperators(): Example {
  const names = Array.from({ length: MEMBERS }, (_, number) => `operator-${number + 1}`);
  const node = (member: string, number: number): NodeFile => {
    const port = FIRST_PORT + number * 3;
    const file = {
      member,
      governanceFrom: ['../governance'],
      api: { port },
      gates: {
        equipment: {
          s13: {
            port: port + 1,
            originHost: `eir.${member}.example`,
            originRealm: `${member}.example`,
            peers: [{ originHost: `mme1.${member}.example` }],
          },
          n5gEir: { port: port + 2 },
          policy: { defaults: { s13: 'allowed', n5gEir: 'allowed' } },
        },
      },
      log: { level: 'error' },
    };
    return file;
  };
  return {
    consortium: { name: 'bench', members: names.map((name) => ({ name, roles: ['operator'] })) },
    nodes: names.map(node),
  };
}
