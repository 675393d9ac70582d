import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { layOutConsortium, readExample } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { tryNext } from '../../src/demo/welcome.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/korea', import.meta.url));
const STOLEN = '352099001761481';
const CLONED = '353918057781512';
const SUBSCRIBER = '450970123456789';
const COUNTERFEIT_TAC = '86000001';
const ATTEMPTS_MAX = 100;

describe('the commands, on a consortium that runs', () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  let cloned: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-commands-'));
    nodes = await startNodes(await layOutConsortium(await readExample(EXAMPLE), folder));
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });

  const node = (name: string): RunningNode => nodes.find((candidate) => candidate.name === name)!;
  const at = (name: string): string[] => {
    const { addresses, folder: data } = node(name);
    return ['--url', addresses.api, '--token-file', join(data, 'tokens', 'supervisor'), '--json'];
  };
  const attach = (imei: string, name: string, ...more: string[]): Promise<Ended> =>
    bongsu('attach', imei, '--s13', node(name).addresses.s13!, '--as', `mme1.${name}.example`, ...more);

  /** News takes its moment: asks again until the gate gives this answer. */
  const untilAnswer = async (ask: () => Promise<Ended>, answer: string): Promise<void> => {
    let last = '';
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      last = (await ask()).output.trim();
      if (last === answer) return;
      await wait(20);
    }
    assert.fail(`still ${last}, and not ${answer}`);
  };

  it('report at one desk: refused by another operator over 4G and 5G, with exit code 1', async () => {
    const report = await bongsu('device', 'report', STOLEN, '--reason', 'stolen', ...at('hanbit'));
    assert.equal(report.exitCode, 0, report.errors);
    await untilAnswer(() => attach(STOLEN, 'duru'), 'blocked');
    const amf = await bongsu('attach', STOLEN, '--n5g-eir', node('duru').addresses.n5gEir!);
    assert.deepEqual([amf.output.trim(), amf.exitCode], ['blocked', 1]);
  });

  it('device check at another operator names who says so, since when, and on which entry', async () => {
    const check = await bongsu('device', 'check', STOLEN, ...at('duru'));
    const { gates, entries } = JSON.parse(check.output) as { gates: { answer: string }[]; entries: object[] };
    assert.deepEqual(
      gates.map(({ answer }) => answer),
      ['blocked', 'blocked'],
    );
    assert.equal(entries.length, 1);
    assert.partialDeepStrictEqual(entries[0], { member: 'hanbit', index: 0, kind: 'device.blocked', reason: 'stolen' });
  });

  it('a refusal leaves a record with the entry that it rests on', async () => {
    let refusals: { imei: string; entries: object[] }[] = [];
    for (let attempt = 0; attempt < ATTEMPTS_MAX && refusals.length === 0; attempt++) {
      const { output } = await bongsu('gate', 'refusals', '--imei', STOLEN, ...at('duru'));
      ({ refusals } = JSON.parse(output) as { refusals: typeof refusals });
    }
    assert.ok(refusals.length > 0);
    assert.deepEqual(refusals[0]!.entries, [{ member: 'hanbit', index: 0 }]);
  });

  it('a clone is refused, and the paired subscriber is let in, everywhere', async () => {
    const listed = await bongsu('device', 'report', CLONED.slice(0, 14), '--reason', 'duplicated', ...at('narae'));
    assert.equal(listed.exitCode, 0, listed.errors);
    ({ case: cloned } = JSON.parse(listed.output) as { case: string });
    await untilAnswer(() => attach(CLONED, 'hanbit', '--imsi', SUBSCRIBER), 'blocked');
    const paired = await bongsu('device', 'pair', CLONED.slice(0, 14), SUBSCRIBER, ...at('hanbit'));
    assert.equal(paired.exitCode, 0, paired.errors);
    await untilAnswer(() => attach(CLONED, 'duru', '--imsi', SUBSCRIBER), 'allowed');
    assert.equal((await attach(CLONED, 'duru', '--imsi', '450970000000001')).output.trim(), 'blocked');
    const { number } = JSON.parse(paired.output) as { number?: string; case: string };
    assert.equal(number, undefined);
    const { case: pairing } = JSON.parse(paired.output) as { case: string };
    assert.equal((await bongsu('device', 'unpair', pairing, ...at('hanbit'))).exitCode, 0);
    await untilAnswer(() => attach(CLONED, 'duru', '--imsi', SUBSCRIBER), 'blocked');
  });

  it('a whole type is beyond every budget: refused once the register has confirmed it, abroad only tracked', async () => {
    const options = ['--tac', COUNTERFEIT_TAC, '--reason', 'counterfeit'];
    const listed = await bongsu('device', 'list-type', ...options, ...at('duru'));
    assert.equal(listed.exitCode, 0, listed.errors);
    const held = async (): Promise<Ended> => {
      const shown = await bongsu('quarantine', 'show', '--member', 'duru', ...at('c-eir'));
      return { ...shown, output: String((JSON.parse(shown.output) as { quarantined: number }).quarantined) };
    };
    await untilAnswer(held, '1');
    assert.equal((await attach(`${COUNTERFEIT_TAC}123456`, 'duru')).output.trim(), 'allowed');
    const confirmed = await bongsu('quarantine', 'confirm', '--member', 'duru', '--from', '0', ...at('c-eir'));
    assert.equal(confirmed.exitCode, 0, confirmed.errors);
    await untilAnswer(() => attach(`${COUNTERFEIT_TAC}123456`, 'duru'), 'blocked');
    await untilAnswer(() => attach(`${COUNTERFEIT_TAC}123456`, 'sakura'), 'tracked');
  });

  it('a regulator overrules a member; another member cannot', async () => {
    const refused = await bongsu('device', 'overrule', 'narae', '0', ...at('duru'));
    assert.equal(refused.exitCode, 1);
    const overruled = await bongsu('device', 'overrule', 'narae', '0', ...at('c-eir'));
    assert.equal(overruled.exitCode, 0, overruled.errors);
    await untilAnswer(() => attach(CLONED, 'hanbit'), 'allowed');
  });

  it('the overruled member’s desk sees it, and may report the device again', async () => {
    const show = (): Promise<Ended> => bongsu('device', 'show', cloned, ...at('narae'));
    const overruled = async (): Promise<Ended> => {
      const shown = await show();
      const { statements } = JSON.parse(shown.output) as { statements: { overruled?: boolean }[] };
      return { ...shown, output: String(statements[0]!.overruled) };
    };
    await untilAnswer(overruled, 'true');
    const again = await bongsu('device', 'report', CLONED.slice(0, 14), '--reason', 'duplicated', ...at('narae'));
    assert.equal(again.exitCode, 0, again.errors);
    await untilAnswer(() => attach(CLONED, 'hanbit'), 'blocked');
    const { status } = JSON.parse((await show()).output) as { status: string };
    assert.equal(status, 'withdrawn');
  });

  it('in an emergency a member opens its own gates, and nobody else’s', async () => {
    assert.equal((await bongsu('gate', 'open', '--note', 'drill', ...at('duru'))).exitCode, 0);
    await untilAnswer(() => attach(STOLEN, 'duru'), 'allowed');
    assert.equal((await attach(STOLEN, 'narae')).output.trim(), 'blocked');
    assert.equal((await bongsu('gate', 'restore', ...at('duru'))).exitCode, 0);
    await untilAnswer(() => attach(STOLEN, 'duru'), 'blocked');
  });

  it('a member’s log is whole by its own files and by the copy that another keeps, and proves each entry', async () => {
    const key = join(node('hanbit').folder, 'keys', 'log.vkey');
    const places = [join(node('hanbit').folder, 'log'), `${node('duru').addresses.api}/mirrors/hanbit`];
    for (const place of places) {
      const verified = await bongsu('ledger', 'verify', place, '--key', key, '--json');
      assert.equal(verified.exitCode, 0, verified.errors);
    }
    const file = join(folder, 'entry.tlog-proof');
    const options = ['--log', places[1]!, '--key', key, '--with-entry', '--out', file];
    assert.equal((await bongsu('ledger', 'prove', '0', ...options)).exitCode, 0);
    assert.equal((await bongsu('ledger', 'check-proof', file, '--key', key)).exitCode, 0);
    const otherKey = join(node('duru').folder, 'keys', 'log.vkey');
    assert.equal((await bongsu('ledger', 'check-proof', file, '--key', otherKey)).exitCode, 1);
  });

  it('the welcome’s commands take in a list from abroad, give one out, and report on pledges', async () => {
    const commands = tryNext(nodes, systemClock.nowMs())
      .split('\n')
      .flatMap((line) => /^  npx bongsu ((?:exchange|pledges) .*)$/.exec(line)?.[1] ?? [])
      .map((command) => command.split(' '));
    assert.equal(commands.length, 4);
    for (const command of commands) {
      const { exitCode, output, errors } = await bongsu(...command);
      assert.equal(exitCode, 0, `${command.join(' ')}: ${errors}`);
      if (command[1] === 'list') assert.match(output, /HUB01_FULL_000001\.txt[^]*worldlist\.txt/);
      if (command[0] === 'pledges') assert.match(output, /joint-declaration-exposed/);
    }
    await untilAnswer(() => attach('35209900250001', 'duru'), 'blocked');
    const named = await bongsu('device', 'check', '35209900250105', ...at('narae'));
    assert.match(named.output, /"member":"hub"/);
  });

  it('a supervisor who lost every token makes one while the node is stopped, not while it runs', async () => {
    const config = join(node('duru').folder, 'node.json');
    const refused = await bongsu('node', 'new-token', config, '--name', 'rescue', '--role', 'supervisor');
    assert.equal(refused.exitCode, 1);
    assert.match(refused.errors, /^FOLDER_IN_USE /m);
    assert.equal((await bongsu('node', 'new-token', config, '--name', 'rescue', '--role', 'chief')).exitCode, 2);
  });

  it('health tells the freshness of every log, and metrics count every check', async () => {
    const health = await fetch(`${node('duru').addresses.api}/healthz`);
    assert.equal(health.status, 200);
    const { logs } = (await health.json()) as { logs: { name: string; ageSeconds: number }[] };
    assert.equal(logs.length, nodes.length);
    assert.ok(logs.every(({ ageSeconds }) => ageSeconds < 30));
    const metrics = await (await fetch(`${node('duru').addresses.api}/metrics`)).text();
    assert.match(metrics, /bongsu_gate_checks_total\{gate="s13",answer="blocked"\} [1-9]/);
    assert.match(metrics, /bongsu_followed_age_seconds\{member="hanbit"\} [0-9]/);
    await fetch(`${node('duru').addresses.api}/v1/journal`);
    const later = await (await fetch(`${node('duru').addresses.api}/metrics`)).text();
    assert.match(later, /bongsu_portal_refused_total\{status="401"\} 1/);
    assert.match(later, /bongsu_portal_refused_total\{status="403"\} [0-9]/);
    assert.doesNotMatch(metrics, new RegExp(SUBSCRIBER));
  });

  it('used wrongly it exits with 2, a refusal with 1 and its code', async () => {
    assert.equal((await bongsu('device', 'report')).exitCode, 2);
    const refused = await bongsu('device', 'report', '1234', '--reason', 'stolen', ...at('hanbit'));
    assert.equal(refused.exitCode, 1);
    assert.match(refused.errors, /^IMEI_LENGTH /);
  });
});

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

function bongsu(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { timeout: 60_000 }, (_, output, errors) => {
      resolve({ exitCode: child.exitCode ?? -1, output, errors });
    });
  });
}
