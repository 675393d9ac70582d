import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { layOutConsortium, type NodeFile } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { answerOfN5gEir } from '../../src/probes/answers.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import type { Health } from '../../src/node/health.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Three in an hour are in force; the rest of the five is beyond the budget. */
const PHONES = Array.from({ length: 6 }, (_, at) => `3520990017614${at}`);
const [WITHIN, BEYOND] = [PHONES.slice(0, 3), PHONES.slice(3)];
const LATER = '49015420323751';
const ATTEMPTS_MAX = 300;
const ATTEMPT_MS = 100;

describe('a member states more than its budget', () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-quarantine-'));
    const gates = { equipment: { n5gEir: { port: 0 }, policy: { defaults: { s13: 'allowed', n5gEir: 'allowed' } } } };
    const file = (member: string): NodeFile => {
      const common = { member, governanceFrom: ['../governance'], api: { port: 0 }, log: { level: 'error' } };
      return member === 'c-eir' ? common : { ...common, gates };
    };
    const names = ['hanbit', 'narae', 'c-eir'];
    const members = names.map((name) => ({ name, roles: [name === 'c-eir' ? 'register' : 'operator'] }));
    const policy = { budgetFloor: { perHour: 3, perDay: 5, perTac: 5 } };
    const consortium = { name: 'test', members, policy };
    nodes = await startNodes(await layOutConsortium({ consortium, nodes: names.map(file) }, folder));
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });

  it('the surplus is refused at no gate, alarmed everywhere, and not called blocked to the public', async () => {
    for (const imei of PHONES) await bongsu('hanbit', 'device', 'report', imei, '--reason', 'stolen');
    for (const name of ['hanbit', 'narae', 'c-eir']) await untilQuarantined(name, 3);
    for (const name of ['hanbit', 'narae']) {
      for (const imei of WITHIN) await untilAnswer(name, imei, 'blocked');
      for (const imei of BEYOND) await untilAnswer(name, imei, 'allowed');
    }
    assert.equal(await isPublicBlocked('narae', WITHIN[0]!), true);
    assert.equal(await isPublicBlocked('narae', BEYOND[0]!), false);
  });

  it('everybody sees what is held, since when, of which kind and TAC; a look at it stands in the journal', async () => {
    const { members } = await asJson<{ members: object[] }>('narae', 'show');
    const held = members.find((one) => 'member' in one && one.member === 'hanbit');
    assert.partialDeepStrictEqual(held, { quarantined: 3, mayConfirm: false, mayStrike: false });
    const shown = await asJson<{ statements: { imei: string }[] }>('narae', 'show', '--member', 'hanbit');
    assert.partialDeepStrictEqual(shown, {
      kinds: [{ kind: 'device.blocked', statements: 3, devices: 3 }],
      tacs: [{ tac: '35209900', statements: 3, devices: 3 }],
      unread: 0,
    });
    assert.deepEqual(
      shown.statements.map(({ imei }) => imei),
      BEYOND,
    );
    assert.match(
      (await bongsu('narae', 'quarantine', 'show', '--member', 'hanbit')).output,
      /3 statements, enforced nowhere/,
    );
    assert.match((await bongsu('narae', 'journal', '--json')).output, /quarantine\.shown/);
  });

  it('neither the member nor another operator brings it into force', async () => {
    const words = ['quarantine', 'confirm', '--member', 'hanbit', '--from', '0'];
    for (const name of ['hanbit', 'narae']) {
      const refused = await bongsu(name, ...words);
      assert.equal(refused.exitCode, 1);
      assert.match(refused.errors, /QUARANTINE_NOT_OURS/);
    }
    assert.equal((await bongsu('narae', 'quarantine', 'strike', '--member', 'hanbit', '--from', '0')).exitCode, 1);
    assert.equal((await bongsu('c-eir', 'quarantine', 'confirm', '--member', 'hanbit')).exitCode, 2);
  });

  it('the register confirms one: refused everywhere, the others nowhere', async () => {
    const index = await indexOf(BEYOND[0]!);
    const range = ['--from', String(index), '--to', String(index + 1)];
    const confirmed = await asJson('c-eir', 'confirm', '--member', 'hanbit', ...range);
    assert.partialDeepStrictEqual(confirmed, { quarantined: { statements: 1 }, entry: { member: 'c-eir' } });
    for (const name of ['hanbit', 'narae']) {
      await untilAnswer(name, BEYOND[0]!, 'blocked');
      await untilAnswer(name, BEYOND[1]!, 'allowed');
    }
    const again = await bongsu('c-eir', 'quarantine', 'confirm', '--member', 'hanbit', ...range);
    assert.match(again.errors, /QUARANTINE_NOTHING_THERE/);
  });

  it('one strike undoes them all, everywhere', async () => {
    const strike = ['strike', '--member', 'hanbit', '--from', '0'];
    const counts = { inForce: { statements: 4, devices: 4 }, quarantined: { statements: 2, devices: 2 } };
    const tried = await asJson<{ entry?: object }>('c-eir', ...strike, '--dry-run');
    assert.partialDeepStrictEqual(tried, counts);
    assert.equal(tried.entry, undefined);
    await untilAnswer('narae', WITHIN[0]!, 'blocked');
    assert.partialDeepStrictEqual(await asJson('c-eir', ...strike), counts);
    for (const name of ['hanbit', 'narae']) {
      for (const imei of PHONES) await untilAnswer(name, imei, 'allowed');
    }
    for (const name of ['hanbit', 'narae', 'c-eir']) await untilQuarantined(name, 0);
    assert.match((await bongsu('c-eir', 'quarantine', 'show')).output, /nothing is quarantined/);
  });

  it('what the member states after the strike is not struck: its budget is spent, so it is confirmed', async () => {
    await bongsu('hanbit', 'device', 'report', LATER, '--reason', 'lost');
    await untilQuarantined('c-eir', 1);
    await untilAnswer('narae', LATER, 'allowed');
    const confirmed = await bongsu('c-eir', 'quarantine', 'confirm', '--member', 'hanbit', '--since', '2026-01-01');
    assert.equal(confirmed.exitCode, 0, confirmed.errors);
    assert.match(confirmed.output, /^confirmed: 1 quarantined statement about 1 device,/);
    await untilAnswer('narae', LATER, 'blocked');
    await untilAnswer('narae', WITHIN[0]!, 'allowed');
  });

  const node = (name: string): RunningNode => nodes.find((candidate) => candidate.name === name)!;

  async function asJson<T>(name: string, ...words: string[]): Promise<T> {
    const { output, errors, exitCode } = await bongsu(name, 'quarantine', ...words, '--json');
    assert.equal(exitCode, 0, errors);
    return JSON.parse(output) as T;
  }

  async function indexOf(imei: string): Promise<number> {
    const { statements } = await asJson<{ statements: { index: number; imei: string }[] }>(
      'c-eir',
      'show',
      '--member',
      'hanbit',
    );
    return statements.find((one) => one.imei === imei)!.index;
  }

  async function isPublicBlocked(name: string, imei: string): Promise<boolean> {
    const answer = await fetch(`${node(name).addresses.api}/public/phone-checks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ imei }),
    });
    return ((await answer.json()) as { blocked: boolean }).blocked;
  }

  async function untilQuarantined(name: string, wanted: number): Promise<void> {
    const { api } = node(name).addresses;
    const held = async (): Promise<number> => {
      const { logs } = (await (await fetch(`${api}/healthz`)).json()) as Health;
      return logs.find((log) => log.name === 'hanbit')!.quarantined;
    };
    await until(held, wanted, `quarantined at ${name}`);
    const metrics = await (await fetch(`${api}/metrics`)).text();
    assert.match(metrics, new RegExp(`bongsu_standing_quarantined\\{member="hanbit"\\} ${wanted}`));
  }

  async function untilAnswer(name: string, imei: string, wanted: string): Promise<void> {
    const amf = await N5gEirProbe.connect({ apiRoot: `http://${node(name).addresses.n5gEir}` });
    try {
      const ask = async (): Promise<string> => answerOfN5gEir(await amf.check({ pei: `imei-${imei}0` }));
      await until(ask, wanted, `${imei} at ${name}`);
    } finally {
      await amf.close();
    }
  }

  function bongsu(name: string, ...words: string[]): Promise<Ended> {
    const { addresses, folder: data } = node(name);
    return run(...words, '--url', addresses.api, '--token-file', join(data, 'tokens', 'supervisor'));
  }
});

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** News takes its moment: asks again until it is so. */
async function until<T>(ask: () => Promise<T>, wanted: T, what: string): Promise<void> {
  let last: T | undefined;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    last = await ask();
    if (last === wanted) return;
    await wait(ATTEMPT_MS);
  }
  assert.fail(`${what}: still ${String(last)}, and not ${String(wanted)}`);
}

function run(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { timeout: 60_000 };
    execFile(process.execPath, [MAIN, ...words], options, (error, output, errors) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}
