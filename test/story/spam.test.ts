import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/seeded-random.ts';
import { type Example, layOutConsortium } from '../../src/demo/lay-out.ts';
import { freePort } from '../../src/demo/ports.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import type { CampaignSummary, CampaignView } from '../../src/watchers/spam/views.ts';
import { PDF, SENDER_CONFIG } from '../support/senders.ts';
import { TestCentre } from '../support/smpp-centre.ts';
import { variant } from '../support/spam-texts.ts';
import { YEAR } from '../support/year.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const OPERATORS = ['hanbit', 'narae', 'duru'] as const;
const WAIT_MS_MAX = 60_000;
/** A firm at each operator; one of them sends to all three. */
const FIRMS = [1, 2, 3].map((serial) => ({
  certificate: `KS-${YEAR}-00000${serial}`,
  number: `0101234567${serial}`,
  key: `the-key-of-firm-${serial}-long-and-random`,
}));
const run = promisify(execFile);

function example(ports: { api: number; centre: number }): Example {
  const node = (member: string, more: { api: { port: number }; [part: string]: unknown }) => ({
    member,
    governanceFrom: ['../governance'],
    log: { level: 'error' },
    follow: { pollIntervalMs: 100 },
    ...more,
  });
  const accounts = FIRMS.map(({ certificate, key }, place) => ({
    systemId: `firm${place + 1}`,
    passwordFile: `firm${place + 1}.password`,
    httpKeyHash: createHash('sha256').update(key).digest('hex'),
    certificate,
    ratePerSecond: 1_000,
  }));
  const url = `http://127.0.0.1:${ports.api}`;
  const operator = (member: string) =>
    node(member, {
      api: { port: 0 },
      gates: {
        messages: {
          http: { port: 0 },
          accounts,
          smscs: [
            {
              name: 'centre',
              host: '127.0.0.1',
              port: ports.centre,
              systemId: member,
            },
          ],
        },
      },
      watchers: { spam: { sendTo: { url, tokenFile: 'spam-feed.token', intervalSeconds: 1 } } },
    });
  return {
    consortium: {
      name: 'test',
      members: [{ name: 'injeung', roles: ['certifier'] }, ...OPERATORS.map((name) => ({ name, roles: ['operator'] }))],
    },
    nodes: [
      node('injeung', {
        api: { port: ports.api },
        desks: { senders: SENDER_CONFIG },
        watchers: { spam: { campaigns: { reportsMin: 5 } } },
      }),
      ...OPERATORS.map(operator),
    ],
  };
}

describe('spam over three firms and three operators, from texts to refusals', { timeout: 300_000 }, () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  const centres: TestCentre[] = [];
  let supervisor: string;
  const originators: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-spam-'));
    const api = await freePort();
    const centre = await freePort(0, new Set([api]));
    const members = await layOutConsortium(example({ api, centre }), folder);
    for (const { configFile, name } of members) {
      if (name === 'injeung') continue;
      const { gates } = JSON.parse(await readFile(configFile, 'utf8')) as {
        gates: { messages: { smscs: { port: number }[] } };
      };
      centres.push(await TestCentre.start(gates.messages.smscs[0]!.port));
    }
    nodes = await startNodes(members);
    await untilLevel(nodes, { clock: systemClock });
    supervisor = (await readFile(join(node('injeung').folder, 'tokens', 'supervisor'), 'utf8')).trim();
    for (const [place] of FIRMS.entries()) originators.push(await certify(place));
    for (const operator of OPERATORS) {
      const { token } = await ask<{ token: string }>(supervisor, 'POST', '/v1/tokens', {
        name: `feed-${operator}`,
        role: 'feed',
      });
      await writeFile(join(node(operator).folder, 'spam-feed.token'), token, { mode: 0o600 });
    }
  });
  after(async () => {
    await stopNodes(nodes);
    for (const centre of centres) await centre.die();
    await rm(folder, { recursive: true, force: true });
  });

  const node = (name: string): RunningNode => nodes.find((candidate) => candidate.name === name)!;

  async function ask<T>(token: string | undefined, method: string, path: string, body?: object | Buffer): Promise<T> {
    const isFile = Buffer.isBuffer(body);
    const answer = await fetch(`${node('injeung').addresses.api}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': isFile ? 'application/pdf' : 'application/json' }),
      },
      ...(body !== undefined && { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert(answer.ok, `${path}: ${text}`);
    return JSON.parse(text) as T;
  }

  async function bongsu<T>(...words: string[]): Promise<T> {
    const env = { ...process.env, BONGSU_URL: node('injeung').addresses.api, BONGSU_TOKEN: supervisor };
    const { stdout } = await run(process.execPath, [MAIN, 'spam', ...words, '--json'], { env });
    return JSON.parse(stdout) as T;
  }

  /** Brings a firm to its certificate and registers its number. @returns its originator code */
  async function certify(place: number): Promise<string> {
    const facts = { name: `firm ${place}`, representative: 'Kim Boram', phone: '02-123-4567', officeAddress: 'Seoul' };
    const own = { businessNumber: `123456789${place}`, bankAccount: `11012345678${place}` };
    const { token } = await ask<{ token: string }>(undefined, 'POST', '/v1/firms', { ...facts, ...own });
    const { application } = await ask<{ application: string }>(token, 'POST', '/v1/applications', {
      service: 'module',
    });
    const path = `/v1/applications/${application}`;
    await ask(token, 'POST', `${path}/evidence?item=1.1`, PDF);
    await ask(supervisor, 'POST', `${path}/review`, { step: 'accept' });
    for (const item of ['1.1', '5.1']) await ask(supervisor, 'POST', `${path}/findings`, { item, finding: 'met' });
    for (const _ of ['on-site review', 'committee']) await ask(supervisor, 'POST', `${path}/review`, { step: 'pass' });
    const decided = await ask<{ certificate: string; originator: string }>(supervisor, 'POST', `${path}/decision`, {
      decision: 'certify',
    });
    assert.equal(decided.certificate, FIRMS[place]!.certificate);
    await ask(token, 'POST', `/v1/certificates/${decided.certificate}/numbers`, {
      number: FIRMS[place]!.number,
      customer: `customer ${place}`,
      customerKind: 'individual',
      proof: 'phone-identity',
    });
    return decided.originator;
  }

  /** Hands a text to an operator's gate. @returns the status of its answer, and the code of a refusal */
  async function send(operator: string, place: number, text: string): Promise<{ status: number; body: string }> {
    const { key, number } = FIRMS[place]!;
    const answer = await fetch(`${node(operator).addresses['messages']}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ from: number, to: '01098765432', text, originator: originators[place] }),
    });
    return { status: answer.status, body: await answer.text() };
  }

  async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
    const deadline = systemClock.steadyMs() + WAIT_MS_MAX;
    for (;;) {
      const seen = await look();
      if (holds(seen)) return seen;
      assert(systemClock.steadyMs() < deadline, JSON.stringify(seen));
      await wait(100);
    }
  }

  it('is found as one campaign, proposed for each firm, and refused everywhere after one approval each', async (context) => {
    const random = seededRandom(42);
    const passes = async (operator: string, place: number): Promise<void> => {
      // The first texts may come before news of the certificates.
      await until(
        () => send(operator, place, variant('loan', random)),
        ({ status }) => status === 201,
      );
    };
    for (const operator of OPERATORS) for (const [place] of FIRMS.entries()) await passes(operator, place);
    for (const [place, operator] of OPERATORS.entries()) {
      for (let text = 0; text < 5; text++) await passes(operator, place);
    }
    const reports = Array.from({ length: 5 }, () => variant('loan', random));
    const csv = join(folder, 'reports.csv');
    await writeFile(csv, ['text,kind', ...reports.slice(1).map((text) => `"${text}",loan`)].join('\n'));
    await bongsu('report', reports[0]!, '--kind', 'loan');
    const imported = await bongsu<{ recorded: number; rows: { campaign: string }[] }>('import', csv);
    assert.equal(imported.recorded, 4);
    const { campaign } = imported.rows[0]!;
    const found = await until(
      async () => (await bongsu<{ campaigns: CampaignSummary[] }>('campaigns')).campaigns,
      ([first]) => first !== undefined && first.texts >= 20,
    );
    assert.deepEqual([found.length, found[0]?.campaign], [1, campaign]);
    const view = await until(
      () => bongsu<CampaignView>('show', campaign),
      ({ proposed }) => proposed.length === FIRMS.length,
    );
    assert.deepEqual(
      view.firms.map(({ certificate }) => certificate),
      FIRMS.map(({ certificate }) => certificate),
    );
    assert.deepEqual(
      new Set(view.sightings.map(({ source }) => source)),
      new Set(OPERATORS.map((name) => `feed-${name}`)),
    );

    const { proposals } = await ask<{ proposals: { proposal: string; evidence: { campaign: string } }[] }>(
      supervisor,
      'GET',
      '/v1/proposals',
    );
    assert.equal(proposals.length, FIRMS.length);
    assert(proposals.every(({ evidence }) => evidence.campaign === campaign));
    assert.doesNotMatch(JSON.stringify(proposals), /대출|010/);
    const approvedMs = systemClock.steadyMs();
    for (const { proposal } of proposals) await ask(supervisor, 'POST', `/v1/proposals/${proposal}/approve`);
    for (const operator of OPERATORS) {
      for (const [place] of FIRMS.entries()) {
        const refused = await until(
          () => send(operator, place, 'an ordinary text'),
          ({ status }) => status !== 201,
        );
        assert.equal(refused.status, 403, refused.body);
      }
    }
    context.diagnostic(
      `refused at all ${OPERATORS.length} operators ${Math.round(systemClock.steadyMs() - approvedMs)} ms after the approval`,
    );
  });
});
