import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { ApiClient } from '../../src/cli/client.ts';
import { generateWorld } from '../../src/demo/illegal-cell/generate.ts';
import { ILLEGAL } from '../../src/demo/illegal-cell/world.ts';
import { writeWorld } from '../../src/demo/illegal-cell/world-files.ts';
import { layOutConsortium } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { Archive } from '../../src/records/archive/archive.ts';
import { readMapping } from '../../src/records/archive/mapping.ts';
import type { FindingView } from '../../src/desks/cells/views.ts';
import { deskOf } from '../support/consortium.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const ARCHIVE = { threads: 1, memoryMbMax: 256, feedFilesMax: 24 };
/** A small world that has ended before today. */
const END_MS = Math.floor(systemClock.nowMs() / 86_400_000 - 1) * 86_400_000;
const world = generateWorld({ seed: 7, subscribers: 600, areas: 10, endMs: END_MS, victimShare: 0.3 });

describe('an illegal cell, at an operator’s running node', () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  let config: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-cells-'));
    const node = {
      member: 'hanbit',
      governanceFrom: ['../governance'],
      api: { port: 0 },
      log: { level: 'error' },
      records: { archive: {} },
      watchers: { cells: {} },
    };
    const member = { name: 'hanbit', roles: ['operator'] };
    const laidOut = await layOutConsortium({ consortium: { name: 'test', members: [member] }, nodes: [node] }, folder);
    config = laidOut[0]!.configFile;
    nodes = await startNodes(laidOut);
  });
  after(async () => {
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });

  const at = (): string[] => {
    const { addresses, folder: data } = nodes[0]!;
    return ['--url', addresses.api, '--token-file', join(data, 'tokens', 'supervisor'), '--json'];
  };
  const ask = async <T>(...words: string[]): Promise<T> => {
    const { exitCode, output, errors } = await bongsu(...words, ...at());
    assert.equal(exitCode, 0, errors);
    return JSON.parse(output) as T;
  };

  it('records are imported beside the running node, each file once', async () => {
    const { files } = await writeWorld(world, join(folder, 'world'));
    const archive = await Archive.open(join(nodes[0]!.folder, 'records', 'archive'), ARCHIVE, {
      clock: systemClock,
      log: silentLog,
    });
    const byCommand = files.find(({ kind }) => kind === 'attaches')!;
    for (const { mapping, ...file } of files.filter((file) => file !== byCommand)) {
      const { rows, accepted } = await archive.import({ ...file, mapping: await readMapping(mapping, file.kind) });
      assert.equal(accepted, rows);
    }
    const { kind, file, mapping } = byCommand;
    const words = ['records', 'import', kind, file, '--config', config, '--mapping', mapping, '--json'];
    const { exitCode, output, errors } = await bongsu(...words);
    assert.equal(exitCode, 0, errors);
    assert.match(errors, /reading/);
    const { accepted, rows, already } = JSON.parse(output) as { accepted: number; rows: number; already: boolean };
    assert.deepEqual([accepted, already], [rows, false]);
    const again = await archive.import({ kind, file, mapping: await readMapping(mapping, kind) });
    assert.equal(again.already, true);
    await archive.close();
  });

  it('the watch names the cells with fraud and accuses no honest one with high confidence, but the forgotten', async () => {
    const since = new Date(END_MS - 12 * 86_400_000).toISOString();
    const until = new Date(END_MS).toISOString();
    const disputed = join(folder, 'world', 'disputed.txt');
    const words = ['cell', 'watch', 'run', '--since', since, '--until', until, '--disputed', disputed];
    const run = await ask<{ paymentsUnknown: number }>(...words);
    assert.equal(run.paymentsUnknown, 0);
    const desk = await deskOf(nodes[0]!);
    const { findings } = await desk.ask<{ findings: FindingView[] }>('GET', '/v1/cell-findings?limit=200');
    const high = new Set(findings.filter(({ confidence }) => confidence === 'high').map(({ cell }) => cell));
    const fraudulent = world.cells.filter(({ fraud }) => fraud === true);
    assert.deepEqual(
      fraudulent.filter(({ cell }) => !high.has(cell)),
      [],
    );
    const honest = world.cells.filter(({ truth }) => !ILLEGAL.includes(truth));
    const copied = new Set(world.cells.filter(({ truth }) => ILLEGAL.includes(truth)).map(({ cell }) => cell));
    const accused = honest.filter(({ cell }) => high.has(cell) && !copied.has(cell)).map(({ truth }) => truth);
    assert.deepEqual(accused, ['femto-forgotten']);
  });

  it('distrusted, it has a list of everyone who was on it, and a second version when the next cell is found', async () => {
    const [one, two] = world.cells.filter(({ truth, fraud }) => fraud === true && truth === 'unregistered');
    const evidence = join(folder, 'evidence.txt');
    await writeFile(evidence, 'what the engineer saw');
    const desk = await deskOf(nodes[0]!);
    const since = { from: '2000-01-01', reason: 'unregistered' };
    type Made = { list: string; version: number; lines: number; added: number; sha256: string };
    const make = (body: object): Promise<Made> => desk.ask('POST', '/v1/exposed-lists', { body });
    await ask('cell', 'distrust', one!.cell, '--from', since.from, '--reason', since.reason, '--evidence', evidence);
    const first = await make({ title: 'night cells', items: ['imsi'] });
    assert.equal(first.lines, personsOn(one!.cell).size);
    await desk.ask('POST', '/v1/cell-distrusts', { body: { cell: two!.cell, ...since } });
    const second = await make({ list: first.list });
    const both = new Set([...personsOn(one!.cell), ...personsOn(two!.cell)]);
    assert.deepEqual([second.version, second.lines, second.added], [2, both.size, both.size - first.lines]);
    const file = join(folder, 'list.jsonl');
    await ask('exposed', 'export', first.list, '--version', '1', '--to', file);
    assert.equal(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
      first.sha256,
    );
    const { changes } = await ask<{ changes: { imsi: string }[] }>('exposed', 'delta', first.list, '--version', '2');
    assert.equal(changes.length, both.size, 'everyone grew by number and device, or is new');
    const { actions } = await desk.ask<{ actions: { action: string }[] }>('GET', '/v1/journal?limit=500');
    const looks = actions.filter(({ action }) => action.startsWith('exposed-list.') && action.endsWith('shown'));
    assert.equal(looks.length, 2);
  });

  it('delivered events are kept and searched; a feed may do nothing else', async () => {
    const desk = await deskOf(nodes[0]!);
    const { token } = await desk.ask<{ token: string }>('POST', '/v1/tokens', { body: { name: 'mme', role: 'feed' } });
    const feed = new ApiClient({ url: nodes[0]!.addresses.api, token });
    const event = { imsi: '001010999999999', msisdn: '821000000001', cell: '001-01-nci-fffffffff', event: 'attach' };
    const events = [{ ...event, at: new Date(END_MS).toISOString() }];
    assert.deepEqual(await feed.ask('POST', '/v1/attaches', { body: { events } }), { kept: 1 });
    assert.deepEqual(await feed.ask('POST', '/v1/attaches', { body: { events } }), { kept: 1 });
    const body = { kind: 'attaches', imsi: event.imsi };
    const { rows } = await desk.ask<{ rows: object[] }>('POST', '/v1/records/search', { body });
    assert.deepEqual(rows, [{ at_ms: END_MS, ...event }]);
    await assert.rejects(feed.ask('POST', '/v1/records/search', { body: { kind: 'attaches' } }));
  });
});

function personsOn(cell: string): Set<string> {
  return new Set(world.attaches.filter((event) => event.cell === cell).map(({ imsi }) => imsi));
}

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

function bongsu(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}
