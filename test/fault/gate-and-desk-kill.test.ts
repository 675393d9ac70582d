import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../src/base/log.ts';
import { seededRandom } from '../../src/base/seeded-random.ts';
import { type LaidOutMember, layOutConsortium } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { freePort } from '../../src/demo/ports.ts';
import type { Unreached } from '../../src/desks/incidents/notices.ts';
import { CASE_LETTERS, parseCaseNumber } from '../../src/store/case-number.ts';
import type { NoticeRow } from '../../src/store/incidents/schema.ts';
import { openStore } from '../../src/store/store.ts';
import { deskOf } from '../support/consortium.ts';
import { exposeLines, LIST } from '../support/exposed-list.ts';
import { DUTIES_FILE, TEMPLATE } from '../support/incidents-data.ts';
import { SlowCentre } from '../support/slow-centre.ts';
import { YEAR } from '../support/year.ts';

/** The rate of the node's own notices is not what is tested. */
const OWN: object = { ratePerSecond: 10_000 };
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const KILLS = Number(process.env['BONGSU_KILLS'] ?? 4);
/** A busy machine may let a kill come too late for its moment: it then comes again. */
const KILLS_MAX = KILLS + 6;
/** So many that some are left for the last kill: a life handles some of its texts, and 16 are on their way when it ends. */
const PEOPLE = KILLS_MAX * 50;
const INCIDENT = `I-${YEAR}-000001`;
const INCIDENT_ID = parseCaseNumber(INCIDENT, CASE_LETTERS.incident)!;
const TEXTS_BEFORE_KILL_MAX = 24;
const DELAY_MS_MAX = 20;

/**
 * What a kill follows, kill after kill: in that very turn, or some moments later. Starting a node is what takes time here,
 * so the first three each bring about the phase that would else come by chance.
 */
const MOMENTS = [
  { event: 'intended', isLater: false },
  { event: 'taken', isLater: false },
  { event: 'answered', isLater: false },
  { event: 'taken', isLater: true },
  { event: 'answered', isLater: true },
] as const;
type Moment = (typeof MOMENTS)[number];

/** Where a text was on its way when the node was killed. */
const PHASES = [
  'before its intention',
  'before its submit',
  'before its answer',
  'before its line',
  'after its line',
] as const;
type Phase = (typeof PHASES)[number];

test(`${KILLS} kills of a node, message gate and incident desk at once: no text goes twice, and who may lack one is listed`, async (t) => {
  const seed = Number(process.env['BONGSU_SEED'] ?? randomInt(1_000_000));
  t.diagnostic(`seed ${seed} (BONGSU_SEED), kills ${KILLS} (BONGSU_KILLS)`);
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-gate-and-desk-'));
  const port = await freePort();
  const [member] = await layOut(folder, port);
  const centre = await SlowCentre.start(port, seededRandom(seed + 1));
  const running: RunningNode[] = [];
  t.after(async () => {
    await stopNodes(running);
    await centre.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = join(member!.folder, 'store.sqlite');
  await exposeLines(store, [PEOPLE]);

  const phases = new Map<string, Phase>();
  const lacks = (phase: Phase): boolean => ![...phases.values()].includes(phase);
  for (let kill = 0; kill < KILLS || (kill < KILLS_MAX && PHASES.some(lacks)); kill++) {
    const [node] = await startNodes([member!]);
    running.push(node!);
    if (kill === 0) await queueNotices(node!);
    const lost = [...phases.values()].filter((phase) => phase === 'before its submit').length;
    const moment = MOMENTS[kill < KILLS ? kill % MOMENTS.length : 0]!;
    const answered = await killAtMoment(node!, centre, { moment, lost, random });
    await centre.drained();
    for (const [to, phase] of await lookAtPhases(member!.folder, { taken: centre.taken, answered })) {
      // Where it was at its first kill after its intention, if any, is what becomes of it.
      if (isOpen(phases.get(to))) phases.set(to, phase);
    }
  }
  const [node] = await startNodes([member!]);
  running.push(node!);
  const states = await untilAllAreTried(node!);

  const hit = Object.fromEntries(
    PHASES.map((phase) => [phase, [...phases.values()].filter((at) => at === phase).length]),
  );
  const unsure = [...phases].filter(([, phase]) => LEFT_UNCERTAIN.includes(phase)).map(([to]) => to);
  const twice = [...centre.taken].filter(([, texts]) => texts > 1);
  const listed = await listUnreached(node!);
  const without = (await readNotices(store)).map(({ msisdn }) => msisdn).filter((to) => !centre.taken.has(to));
  t.diagnostic(
    `caught ${JSON.stringify(hit)}; ${JSON.stringify(states)}; ${without.length} without a text, all listed`,
  );
  assert.deepEqual(twice, [], 'nobody got two');
  assert.equal(centre.taken.size + without.length, PEOPLE);
  assert.deepEqual(listed.map(({ msisdn }) => msisdn).sort(), unsure.sort(), 'listed is who was caught in between');
  assert(listed.every(({ noticeState }) => noticeState === 'uncertain'));
  assert(
    without.every((to) => unsure.includes(to)),
    'nobody is missed',
  );
  for (const phase of PHASES) assert(hit[phase]! > 0, `some kill came ${phase}`);
});

const LEFT_UNCERTAIN: readonly (Phase | undefined)[] = ['before its submit', 'before its answer', 'before its line'];

function isOpen(phase: Phase | undefined): boolean {
  return phase === undefined || phase === 'before its intention';
}

/**
 * Ends a node when so many texts more came to that moment.
 * @param lost how many texts earlier kills took away between their intention and their submit
 * @returns whose texts were answered by then
 */
async function killAtMoment(
  node: RunningNode,
  centre: SlowCentre,
  { moment: { event, isLater }, lost, random }: { moment: Moment; lost: number; random: () => number },
): Promise<Set<string>> {
  const exit = once(node.process, 'exit');
  let answered = new Set<string>();
  const kill = (): void => {
    answered = new Set(centre.answered);
    node.process.kill('SIGKILL');
  };
  const come = (): void => {
    if (isLater) void wait(random() * DELAY_MS_MAX).then(kill);
    else kill();
  };
  const texts = Math.floor(random() * TEXTS_BEFORE_KILL_MAX);
  if (event === 'intended') void untilIntended(keysFile(node.folder), centre, { texts, lost }).then(come);
  else comeAfter(centre, event, { texts, come });
  await exit;
  assert.equal(node.process.signalCode, 'SIGKILL', 'it did not end by itself');
  return answered;
}

function comeAfter(
  centre: SlowCentre,
  event: 'taken' | 'answered',
  { texts, come }: { texts: number; come: () => void },
): void {
  let left = texts;
  const count = (): void => {
    if (left-- > 0) return;
    centre.off(event, count);
    come();
  };
  centre.on(event, count);
}

/** Resolves when the centre took so many more, and the intention of a text is on disk that the centre has not got. */
async function untilIntended(
  file: string,
  { taken }: SlowCentre,
  { texts, lost }: { texts: number; lost: number },
): Promise<void> {
  const takenMin = taken.size + texts;
  while (taken.size < takenMin || readKeys(file).size <= taken.size + lost) await turn();
}

/** Where each text is that the store does not know to be sent, judged from what a dead node left on disk. */
async function lookAtPhases(
  folder: string,
  centre: Pick<SlowCentre, 'taken' | 'answered'>,
): Promise<Map<string, Phase>> {
  const lines = readKeys(keysFile(folder));
  const phases = new Map<string, Phase>();
  for (const { batchId, position, msisdn, status } of await readNotices(join(folder, 'store.sqlite'))) {
    if (status !== 'queued') continue;
    const outcome = lines.get(`notice-${batchId}-${position}`);
    if (outcome === undefined) phases.set(msisdn, 'before its intention');
    else if (outcome !== '') phases.set(msisdn, 'after its line');
    else if (centre.answered.has(msisdn)) phases.set(msisdn, 'before its line');
    else phases.set(msisdn, centre.taken.has(msisdn) ? 'before its answer' : 'before its submit');
  }
  return phases;
}

function keysFile(folder: string): string {
  return join(folder, 'records', 'message-keys.jsonl');
}

/** The outcome of each key, '' where there is its intention alone. */
function readKeys(file: string): Map<string, string> {
  const keys = new Map<string, string>();
  if (!existsSync(file)) return keys;
  for (const line of readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text.endsWith(']'))) {
    const [key, , outcome] = JSON.parse(line) as [string, string, string | null | undefined];
    const name = key.slice(key.lastIndexOf(' ') + 1);
    if (outcome === null) keys.delete(name);
    else keys.set(name, outcome ?? '');
  }
  return keys;
}

async function readNotices(file: string): Promise<NoticeRow[]> {
  const store = await openStore({ member: 'hanbit', place: { file } }, { log: silentLog });
  const states = ['queued', 'sent', 'delivered', 'bounced', 'failed', 'uncertain'];
  const rows = await store.read(({ incidents }) => incidents.notices.inStates(INCIDENT_ID, states, PEOPLE));
  await store.close();
  return rows;
}

async function queueNotices(node: RunningNode): Promise<void> {
  const client = await deskOf(node);
  const knownAt = new Date(Date.now() - 60_000).toISOString();
  await client.ask('POST', '/v1/incidents', { body: { title: 'Illegal cells', what: 'The police called', knownAt } });
  await client.ask('POST', `/v1/incidents/${INCIDENT}/lists`, { body: { list: LIST, version: 1, knownAt } });
  await client.ask('POST', `/v1/incidents/${INCIDENT}/notices`, { body: { template: TEMPLATE } });
}

/** How many notices stand how, once none waits. */
async function untilAllAreTried(node: RunningNode): Promise<Readonly<Record<string, number>>> {
  const client = await deskOf(node);
  for (;;) {
    const path = `/v1/incidents/${INCIDENT}/notices`;
    const { notices } = await client.ask<{ notices: { states: Record<string, number> }[] }>('GET', path);
    const { states } = notices[0]!;
    if (states['queued'] === undefined) return states;
    await wait(50);
  }
}

/** As a person at the desk sees them. */
async function listUnreached({ addresses, folder }: RunningNode): Promise<Unreached[]> {
  const access = ['--url', addresses.api, '--token-file', join(folder, 'tokens', 'supervisor'), '--json'];
  const out = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [MAIN, 'incident', 'unreached', INCIDENT, ...access], (error, text) =>
      error === null ? resolve(text) : reject(error),
    );
  });
  return (JSON.parse(out) as { unreached: Unreached[] }).unreached;
}

function layOut(folder: string, port: number): Promise<LaidOutMember[]> {
  const smscs = [{ name: 'centre', host: '127.0.0.1', port, systemId: 'hanbit', window: 100 }];
  const messages = { http: { port: 0 }, own: OWN, accounts: [], smscs };
  const texts = { keyFile: 'keys/notices' };
  const incidents = { dutiesFile: DUTIES_FILE, sender: '15880114', contact: '080-000-0114', texts };
  const node = { member: 'hanbit', governanceFrom: ['../governance'], api: { port: 0 } };
  const rest = { gates: { messages }, desks: { incidents }, log: { level: 'error' } };
  const members = [{ name: 'hanbit', roles: ['operator'] }];
  return layOutConsortium({ consortium: { name: 'test', members }, nodes: [{ ...node, ...rest }] }, folder);
}
