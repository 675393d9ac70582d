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

/**
 * Report at one member → refused at every gate of every member, and its release → allowed at every gate: ten operators,
 * a process each, both gates each. A report acts on its member's word, a release once a quorum of witnesses has seen it.
 */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-bench-'));
  const nodes = await startNodes(await layOutConsortium(tenOperators(), folder));
  try {
    await untilLevel(nodes, { clock: systemClock });
    const elements = await openElements(nodes);
    const desks = await Promise.all(nodes.map((node) => DeskClient.open(node)));
    const { reports, releases } = await measure(desks, elements, quick ? 20 : 200);
    await Promise.all(elements.map((element) => element.close()));
    const where = `all ${elements.length} gates of ${desks.length} members`;
    return [
      ...figuresOf(`report → refused at ${where}`, reports, 250),
      ...figuresOf(`release → allowed at ${where}`, releases, 1000),
    ];
  } finally {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long the desk's own answer took, and how long until the last gate answered so, in ms. */
interface Course {
  readonly answeredMs: number;
  readonly everywhereMs: number;
}

async function measure(
  desks: readonly DeskClient[],
  elements: readonly NetworkElement[],
  counted: number,
): Promise<{ reports: Course[]; releases: Course[] }> {
  const [reports, releases]: [Course[], Course[]] = [[], []];
  // The first reports find every process cold; they are not counted.
  for (let number = -desks.length; number < counted; number++) {
    const desk = desks[(number + desks.length) % desks.length]!;
    const imei = imeiText((FIRST_KEY + desks.length + number) as ImeiKey);
    const report = await course(() => desk.reportStolen(imei), { elements, imei, wanted: 'blocked' });
    const { caseNumber } = report.answer;
    const release = await course(() => desk.releaseRecovered(caseNumber), { elements, imei, wanted: 'allowed' });
    if (number < 0) continue;
    reports.push(report);
    releases.push(release);
  }
  return { reports, releases };
}

async function course<Answer>(
  act: () => Promise<Answer>,
  { elements, imei, wanted }: { elements: readonly NetworkElement[]; imei: string; wanted: string },
): Promise<Course & { answer: Answer }> {
  const sentAt = systemClock.steadyMs();
  const everywhere = Promise.all(elements.map((element) => untilAnswer(element, { imei, wanted, sentAt })));
  const answer = await act();
  const answeredMs = systemClock.steadyMs() - sentAt;
  return { answer, answeredMs, everywhereMs: Math.max(...(await everywhere)) };
}

function figuresOf(what: string, courses: readonly Course[], targetMs: number): Figure[] {
  return (['p50', 'p99'] as const).map((name) => {
    const value = percentile(courses, 'everywhereMs', name);
    const baseline = { name: `the desk's own answer, ${name}`, value: percentile(courses, 'answeredMs', name) };
    const goal = name === 'p99' ? { target: `at most ${targetMs} ms`, met: value <= targetMs } : {};
    return {
      name: `${what}, ${name} of ${courses.length}`,
      value,
      unit: 'ms',
      baseline,
      ratio: value / baseline.value,
      ...goal,
    };
  });
}

async function untilAnswer(
  element: NetworkElement,
  { imei, wanted, sentAt }: { imei: string; wanted: string; sentAt: number },
): Promise<number> {
  for (;;) {
    const answer = await element.ask(imei);
    const elapsedMs = systemClock.steadyMs() - sentAt;
    if (answer === wanted) return elapsedMs;
    if (elapsedMs > WAIT_MS_MAX) throw new Error(`${element.member} ${element.gate} still says ${answer}`);
    await wait(ASK_INTERVAL_MS);
  }
}

function percentile(courses: readonly Course[], of: keyof Course, name: 'p50' | 'p99'): number {
  const sorted = courses.map((course) => course[of]).toSorted((a, b) => a - b);
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
