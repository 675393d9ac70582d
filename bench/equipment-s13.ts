import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';

const SIZES = {
  quick: { devices: 100_000, warmUps: 200_000, measured: 300_000 },
  full: { devices: 10_000_000, warmUps: 500_000, measured: 2_000_000 },
} as const;
const FLOOR = fileURLToPath(new URL('equipment-s13/floor.ts', import.meta.url));
const GATE = fileURLToPath(new URL('equipment-s13/gate.ts', import.meta.url));
const CPU_RATIO_TO_GO_MAX = 1 / 3;
const CPU_RATIO_TO_FLOOR_MAX = 1.5;

interface Measured {
  readonly requestsPerSecond: number;
  readonly cpuMicros: number;
}

/** The S13 gate beside a go-diameter server and the least that Node can do, under one load. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const sizes = quick ? SIZES.quick : SIZES.full;
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-bench-'));
  try {
    const go = buildGoServer(folder);
    const gate = await measure(nodeServer(GATE, sizes.devices), sizes);
    const floor = await measure(nodeServer(FLOOR, sizes.devices), sizes);
    const fastest = 'program' in go ? await measure([go.program, '-devices', String(sizes.devices)], sizes) : undefined;
    const name = `S13, ${sizes.devices} devices blocked, 4 connections x 64 requests`;
    const note = '1 request in 100 asks for a blocked device';
    return [
      compare(
        `${name}, to go-diameter`,
        gate,
        'go-diameter 4.3.0',
        fastest,
        CPU_RATIO_TO_GO_MAX,
        'reason' in go ? go.reason : note,
      ),
      compare(`${name}, to the floor`, gate, 'constant answers on node:net', floor, CPU_RATIO_TO_FLOOR_MAX, note),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(
  name: string,
  ours: Measured,
  baselineName: string,
  baseline: Measured | undefined,
  ratioMax: number,
  note: string,
): Figure {
  const figure = {
    name,
    value: Math.round(ours.requestsPerSecond),
    unit: 'requests/s',
    cpuMicrosPerOperation: ours.cpuMicros,
    target: `CPU per request at most ${ratioMax.toFixed(2)} of the baseline's`,
    note,
  };
  if (baseline === undefined) return figure;
  const ratio = ours.cpuMicros / baseline.cpuMicros;
  const { requestsPerSecond, cpuMicros } = baseline;
  const measured = { name: baselineName, value: Math.round(requestsPerSecond), cpuMicrosPerOperation: cpuMicros };
  return { ...figure, baseline: measured, ratio, met: ratio <= ratioMax };
}

function nodeServer(script: string, devices: number): string[] {
  return [process.execPath, script, String(devices)];
}

/** Builds the baseline with the machine's Go, or says why there is none. */
function buildGoServer(folder: string): { program: string } | { reason: string } {
  const program = join(folder, 'go-diameter-server');
  const source = fileURLToPath(new URL('go-diameter', import.meta.url));
  try {
    execFileSync('go', ['build', '-o', program, '.'], { cwd: source, stdio: 'pipe' });
    return { program };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { reason: isMissing ? 'no Go on this machine' : 'go build failed' };
  }
}

/** Starts a server, loads it from another process, and takes its CPU time before and after. */
async function measure(server: readonly string[], sizes: (typeof SIZES)['quick' | 'full']): Promise<Measured> {
  const serving = converse(server);
  const client = fileURLToPath(new URL('equipment-s13/client.ts', import.meta.url));
  try {
    const { port } = await serving.next();
    const { devices, warmUps, measured } = sizes;
    const loading = converse([process.execPath, client, ...[port, devices, warmUps, measured].map(String)]);
    await loading.next();
    const before = await serving.ask();
    const { elapsedMs, wrong, busy } = await loading.ask();
    const after = await serving.ask();
    await loading.end();
    // The floor tells everybody the same.
    if (wrong !== 0 && !server.includes(FLOOR)) {
      throw new Error(`${server.join(' ')}: ${wrong} wrong answers, ${busy} of them TOO_BUSY`);
    }
    return {
      requestsPerSecond: (measured / elapsedMs!) * 1_000,
      cpuMicros: (after['cpuMicros']! - before['cpuMicros']!) / measured,
    };
  } finally {
    await serving.end();
  }
}

/** A process that answers a line with a line of JSON. */
function converse(command: readonly string[]) {
  const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, number>> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${command.join(' ')} ended`);
    return JSON.parse(line.value) as Record<string, number>;
  };
  return {
    next,
    ask: () => {
      child.stdin.write('\n');
      return next();
    },
    /** Ends it: every one of these processes ends with its standard input. */
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
