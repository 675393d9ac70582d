import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layOutConsortium } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import type { OpenRightsView } from '../../src/desks/incidents/open-rights.ts';
import type { IncidentView } from '../../src/desks/incidents/views.ts';
import { deskOf } from '../support/consortium.ts';
import { exposeLines, LIST } from '../support/exposed-list.ts';
import { DUTIES_FILE, linesOf, TEMPLATE } from '../support/incidents.ts';
import { HTTP_KEY, runMessageGate, type RunningMessageGate, SAESSAK, until } from '../support/smpp-gate.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const FIRST = 300;
const SECOND = 320;

/** One operator's node as it runs for people: its commands, its public pages' API, a message gate, a message centre. */
describe('an incident on a node that runs', () => {
  let folder: string;
  let gate: RunningMessageGate;
  let nodes: RunningNode[] = [];
  let incident: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-incident-'));
    gate = await runMessageGate();
    const members = await layOut(folder, gate.url);
    await exposeLines(join(members[0]!.folder, 'store.sqlite'), [FIRST, SECOND]);
    nodes = await startNodes(members);
  });
  after(async () => {
    await stopNodes(nodes);
    await gate.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A command as the shell would run it. @returns what it answers */
  const bongsu = async <T>(...words: string[]): Promise<T> => {
    const { addresses, folder: data } = nodes[0]!;
    const more = ['--url', addresses.api, '--token-file', join(data, 'tokens', 'supervisor'), '--json'];
    return JSON.parse(await run([...words, ...more])) as T;
  };
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${nodes[0]!.addresses.api}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as T;
  };
  const states = async (batch: number) => {
    const client = await deskOf(nodes[0]!);
    const { notices } = await client.ask<Pick<IncidentView, 'notices'>>('GET', `/v1/incidents/${incident}/notices`);
    return notices.find((view) => view.batch === batch)?.states;
  };
  const knownNow = (): string => new Date(Date.now() - 60_000).toISOString();

  it('opens with a clock, seals evidence, takes a filing', async () => {
    const opening = ['Illegal cells', 'The police called', '--known-at', knownNow()];
    ({ incident } = await bongsu<IncidentView>('incident', 'open', ...opening));
    const file = join(folder, 'gateway.log');
    await writeFile(file, 'two cells in no inventory');
    const { sha256 } = await bongsu<{ sha256: string }>('incident', 'seal', incident, file, '--fact', '1');
    await bongsu('incident', 'file', incident, '1', '--reference', 'KISA-1', '--evidence', sha256);
    const { clocks, evidence } = await bongsu<IncidentView>('incident', 'show', incident);
    assert.deepEqual([clocks[0]?.state, clocks[0]?.filedEvidence], ['kept', sha256]);
    assert.deepEqual(
      evidence.map(({ entry }) => entry?.member),
      ['hanbit'],
    );
  });

  it('tells everybody of the first version once, though the node is killed in the middle', async () => {
    await bongsu('incident', 'attach-list', incident, LIST, '1', '--known-at', knownNow());
    await bongsu('incident', 'notify', incident, TEMPLATE);
    await gate.centre.received(20);
    nodes[0]!.process.kill('SIGKILL');
    await once(nodes[0]!.process, 'exit');
    nodes = await startNodes(nodes);
    await until(async () => (await states(1))?.['sent'] === FIRST);
    assert.deepEqual(toldNumbers(), numbers(0, FIRST));
  });

  it('tells of the second version only who is new', async () => {
    const client = await deskOf(nodes[0]!);
    const body = { list: LIST, version: 2, knownAt: knownNow() };
    const { added } = await client.ask<{ added: number }>('POST', `/v1/incidents/${incident}/lists`, { body });
    assert.equal(added, SECOND - FIRST);
    await client.ask('POST', `/v1/incidents/${incident}/notices`, { body: { template: TEMPLATE } });
    await until(async () => (await states(2))?.['sent'] === SECOND - FIRST);
    assert.deepEqual(toldNumbers(), numbers(0, SECOND));
  });

  it('a person checks her notice and her line, and asks for a USIM', async () => {
    const textTo = (number: string) => gate.centre.texts.findLast(({ to }) => to === number)!.message;
    const code = /확인 번호 ([0-9-]+)/.exec(textTo('821000000007'))![1]!;
    const line = '010-0000-0007';
    assert.deepEqual(await ask('/notice-checks', { line, code }), { notice: 'real' });
    const before = gate.centre.texts.length;
    const { check } = await ask<{ check: string }>('/line-checks', { line });
    await gate.centre.received(before + 1);
    const [secret] = /[0-9]{6}/.exec(textTo('821000000007'))!;
    const answer = await ask<{ exposed: boolean; token: string }>(`/line-checks/${check}/answer`, { code: secret });
    assert.equal(answer.exposed, true);
    const usim = { kind: 'usim', incident, way: 'shop', shop: 'mapo', token: answer.token };
    const { requestState } = await ask<{ requestState: string }>(`/line-checks/${check}/requests`, usim);
    assert.equal(requestState, 'waiting');
    const proxy = ['--proxy-name', 'Kim', '--proxy-relation', 'son', '--consent-form', 'written'];
    const help = ['--consent-at', knownNow(), '--help-channel', 'counter', '--large-type'];
    await bongsu(
      'incident',
      'request',
      incident,
      '010-0000-0008',
      '--way',
      'shop',
      '--shop',
      'mapo',
      ...proxy,
      ...help,
    );
    await bongsu('incident', 'damage', incident, '010-0000-0009', 'I bought nothing', '--won', '300000');
    const { totals } = await bongsu<OpenRightsView>('incident', 'open-rights', incident, '--limit', '5');
    assert.deepEqual(totals, { notice: 0, usim: SECOND - 2, decision: 1, refund: 0 });
  });

  /** Numbers that a text about the exposure went to, in order: one that is there twice was told twice. */
  function toldNumbers(): string[] {
    const notices = gate.centre.texts.filter(({ message }) => message.includes('노출'));
    return notices.map(({ to }) => to).sort();
  }
});

function numbers(from: number, count: number): string[] {
  return linesOf(from, count).map(({ msisdn }) => msisdn);
}

async function layOut(folder: string, url: string) {
  const keyFile = join(folder, 'gate.key');
  await writeFile(keyFile, HTTP_KEY);
  const incidents = {
    dutiesFile: DUTIES_FILE,
    sender: SAESSAK.number,
    contact: '080-000-0114',
    shops: ['mapo'],
    texts: { url, keyFile, originator: SAESSAK.originator },
  };
  const node = { member: 'hanbit', governanceFrom: ['../governance'], api: { port: 0 }, desks: { incidents } };
  const members = [{ name: 'hanbit', roles: ['operator'] }];
  return layOutConsortium(
    { consortium: { name: 'test', members }, nodes: [{ ...node, log: { level: 'error' } }] },
    folder,
  );
}

function run(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...words], { timeout: 60_000 }, (error, out, errors) => {
      if (error === null) resolve(out);
      else reject(new Error(errors));
    });
  });
}
