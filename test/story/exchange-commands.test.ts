import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { layOutConsortium, readExample } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import { blockList, insert, remove } from '../support/exchange.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/korea', import.meta.url));
const STOLEN = '35209900176148';
const ATTEMPTS_MAX = 200;

describe('a register abroad and the pledges, by the commands', () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-exchange-commands-'));
    nodes = await startNodes(await layOutConsortium(await hubAndOperator(), folder));
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });
  const node = (name: string): RunningNode => nodes.find((candidate) => candidate.name === name)!;
  const at = (name: string): string[] => {
    const { addresses, folder: data } = node(name);
    return ['--url', addresses.api, '--token-file', join(data, 'tokens', 'supervisor')];
  };
  const given = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const untilAnswer = async (answer: string): Promise<void> => {
    let last = '';
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const asked = ['attach', STOLEN, '--s13', node('duru').addresses.s13!, '--as', 'mme1.duru.example'];
      last = (await bongsu(...asked)).output.trim();
      if (last === answer) return;
      await wait(20);
    }
    assert.fail(`still ${last}, and not ${answer}`);
  };

  it('a phone listed abroad is refused here, until who listed it unlists it', async () => {
    const list = await given('one.txt', blockList(1, [insert(STOLEN, 'OPA'), insert('123', 'OPA')]));
    const taken = await bongsu('exchange', 'import', 'worldlist', list, ...at('hub'), '--json');
    assert.equal(taken.exitCode, 1, 'a line was refused');
    const view = JSON.parse(taken.output) as { state: string; inserted: number; lines: object[] };
    assert.deepEqual([view.state, view.inserted], ['taken', 1]);
    assert.deepEqual(view.lines, [{ line: 3, code: 'LIST_RANGE_WRONG', field: 'from' }]);
    await untilAnswer('blocked');
    const stranger = await given('two.txt', blockList(2, [remove(STOLEN, 'OPB')]));
    await bongsu('exchange', 'import', 'worldlist', stranger, ...at('hub'));
    const conflicts = await bongsu('exchange', 'conflicts', ...at('hub'));
    assert.match(conflicts.output, /stranger +35209900176148 +worldlist +OPB/);
    const resolved = await bongsu('exchange', 'resolve', '1', 'keep', ...at('hub'));
    assert.equal(resolved.output.trim(), 'conflict 1: keep', resolved.errors);
    const owner = await given('three.txt', blockList(3, [remove(STOLEN, 'OPA')]));
    const removed = await bongsu('exchange', 'import', 'worldlist', owner, ...at('hub'));
    assert.equal(removed.exitCode, 0, removed.errors);
    await untilAnswer('allowed');
  });

  it('what the hub states itself goes out as a list', async () => {
    await bongsu('device', 'report', '490154203237518', '--reason', 'stolen', ...at('hub'));
    const made = await bongsu('exchange', 'export', 'worldlist', ...at('hub'));
    assert.match(made.output, /^list [0-9]+: 1 to list, 0 to unlist$/m);
    const nothing = await bongsu('exchange', 'export', 'worldlist', ...at('hub'));
    assert.equal(nothing.output.trim(), 'nothing has changed since the last list');
    const lists = await bongsu('exchange', 'list', ...at('hub'));
    assert.match(lists.output, /HUB01_DELTA_000001\.txt/);
  });

  it('a quarter’s report says what was measured and what not, and its digest is sealed', async () => {
    const quarter = await bongsu(
      'pledges',
      'report',
      '--quarter',
      quarterNow(),
      '--out',
      join(folder, 'q'),
      ...at('duru'),
    );
    assert.equal(quarter.exitCode, 0, quarter.errors);
    const json = await readFile(join(folder, 'q.json'));
    const sealed = /sha256 ([0-9a-f]{64})/.exec(quarter.output)?.[1];
    assert.equal(createHash('sha256').update(json).digest('hex'), sealed);
    const report = JSON.parse(json.toString()) as Report;
    const measured = new Map(report.pledges.map(({ id, measured }) => [id, measured?.state]));
    assert.equal(measured.get('joint-declaration-lost-phones'), 'nothing to measure');
    assert.equal(measured.get('joint-declaration-incidents'), 'not measured here');
    assert.equal(measured.get('joint-declaration-spam'), 'measured');
    assert(report.logs.length >= 3 && report.logs.every(({ root }) => /^[0-9a-f]{64}$/.test(root)));
    const markdown = await readFile(join(folder, 'q.md'), 'utf8');
    assert.match(markdown, /\| not measured here \|/);
    const later = await bongsu('pledges', 'report', '--quarter', '2099Q1', ...at('duru'));
    assert.match(later.errors, /^QUARTER_AHEAD/);
  });

  it('used wrongly it exits with 2, a refusal with 1 and its code', async () => {
    assert.equal((await bongsu('exchange', 'import')).exitCode, 2);
    const refused = await bongsu('exchange', 'run', 'worldlist', ...at('hub'));
    assert.match(refused.errors, /^EXCHANGE_NOT_CONNECTED/);
    const nobody = await bongsu('exchange', 'export', 'nobody', ...at('hub'));
    assert.match(nobody.errors, /^EXCHANGE_REGISTER_UNKNOWN/);
  });
});

interface Report {
  readonly pledges: readonly { readonly id: string; readonly measured?: { readonly state: string } }[];
  readonly logs: readonly { readonly log: string; readonly root: string }[];
}

/** Two of the example's members: the hub, which has a register abroad, and an operator with hanbit's pledges. */
async function hubAndOperator() {
  const { consortium, nodes, ...files } = await readExample(EXAMPLE);
  const { pledges } = nodes.find(({ member }) => member === 'hanbit')!;
  const members = consortium.members
    .filter((member) => ['hub', 'duru'].includes(member.name))
    .map((member) => (member.name === 'hub' ? { ...member, roles: ['hub', 'certifier'] } : member));
  const kept = nodes.filter(({ member }) => ['hub', 'duru'].includes(member));
  return {
    ...files,
    consortium: { ...consortium, members },
    nodes: kept.map((node) => (node.member === 'duru' ? { ...node, pledges } : node)),
  };
}

function quarterNow(): string {
  const now = new Date(systemClock.nowMs() + 9 * 60 * 60 * 1_000);
  return `${now.getUTCFullYear()}Q${Math.floor(now.getUTCMonth() / 3) + 1}`;
}

function bongsu(...args: readonly string[]): Promise<{ exitCode: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { timeout: 60_000 }, (_, output, errors) => {
      resolve({ exitCode: child.exitCode ?? -1, output, errors });
    });
  });
}
