/**
 * The payment gate: decisions with all checks, against a bare Fastify handler that reads the same question and gives the
 * same answer. And payments charged, each durable before it is answered. The client is h2load over HTTP/1.1. Each server
 * is a process of its own and runs in turn with the others.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';
import { MeasuredProcess } from './n5g/measured-process.ts';

const execute = promisify(execFile);
const ROUNDS = 4;
const CONNECTIONS = 16;
const LINES = 100_000;
const TOKEN = 'bench-token';
const TARGET = 0.5;
/** A hundred times the mean rate of all payments of a large operator. */
const PEAK_PER_SECOND = 400;

interface Measured {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const isMissing = await execute('h2load', ['--version']).then(
    () => false,
    () => true,
  );
  if (isMissing)
    return [{ name: 'payment decisions', value: 0, unit: 'per s', note: 'not measured: h2load is missing' }];
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-bench-'));
  try {
    return await measure(folder, quick ? 4_000 : 40_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, requests: number): Promise<Figure[]> {
  const files = writeQuestions(folder);
  const gate = await MeasuredProcess.start(new URL('./payments/gate-process.ts', import.meta.url), [
    folder,
    `${LINES}`,
  ]);
  const bare = await MeasuredProcess.start(new URL('./payments/bare-process.ts', import.meta.url));
  try {
    const best = { gate: { perSecond: 0, cpuMicros: Infinity }, bare: { perSecond: 0, cpuMicros: Infinity } };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, server] of [
        ['gate', gate],
        ['bare', bare],
      ] as const) {
        const measured = await load(server, '/risk/v0/decisions', files.question, requests);
        // The first round only warms up.
        if (round > 0) best[name] = better(best[name], measured);
      }
    }
    const charged = await load(gate, '/carrier-billing/v0.5/payments', files.payment, requests / 10);
    return [decisions(best.gate, best.bare), payments(charged)];
  } finally {
    await Promise.all([gate.stop(), bare.stop()]);
  }
}

function decisions(gate: Measured, bare: Measured): Figure {
  const ratio = gate.perSecond / bare.perSecond;
  return {
    name: `payment decisions, all checks, ${LINES.toLocaleString('en')} lines exposed`,
    value: gate.perSecond,
    unit: 'per s',
    cpuMicrosPerOperation: gate.cpuMicros,
    baseline: { name: 'bare Fastify', value: bare.perSecond, cpuMicrosPerOperation: bare.cpuMicros },
    ratio,
    target: `at least ${TARGET} of its rate`,
    met: ratio >= TARGET,
  };
}

function payments({ perSecond, cpuMicros }: Measured): Figure {
  return {
    name: 'payments charged, each durable',
    value: perSecond,
    unit: 'per s',
    cpuMicrosPerOperation: cpuMicros,
    target: `at least ${PEAK_PER_SECOND} per s`,
    met: perSecond >= PEAK_PER_SECOND,
    note: 'SQLite with synchronous FULL, one transaction each',
  };
}

function writeQuestions(folder: string): { question: string; payment: string } {
  const phoneNumber = '+821099999999';
  const amount = { amount: 10, currency: 'KRW' };
  const paymentAmount = { chargingInformation: { ...amount, description: 'Gift' } };
  const question = join(folder, 'question.json');
  const payment = join(folder, 'payment.json');
  writeFileSync(question, JSON.stringify({ phoneNumber, amount, authenticationChannel: 'ARS' }));
  writeFileSync(payment, JSON.stringify({ amountTransaction: { phoneNumber, paymentAmount, referenceCode: 'r' } }));
  return { question, payment };
}

function better(a: Measured, b: Measured): Measured {
  return { perSecond: Math.max(a.perSecond, b.perSecond), cpuMicros: Math.min(a.cpuMicros, b.cpuMicros) };
}

async function load(server: MeasuredProcess, path: string, file: string, requests: number): Promise<Measured> {
  const url = `http://127.0.0.1:${server.port}${path}`;
  const headers = ['-H', `authorization: Bearer ${TOKEN}`, '-H', 'content-type: application/json'];
  const before = await server.cpuMicros();
  const words = ['--h1', `-c${CONNECTIONS}`, '-t1', `-n${requests}`, '-d', file, ...headers, url];
  const { stdout } = await execute('h2load', words);
  const cpuMicros = ((await server.cpuMicros()) - before) / requests;
  const perSecond = /, ([\d.]+) req\/s/.exec(stdout)?.[1];
  if (perSecond === undefined || !stdout.includes(`status codes: ${requests} 2xx`)) throw new Error(stdout);
  return { perSecond: Number(perSecond), cpuMicros };
}
