import type { Figure } from './figure.ts';
import { Load } from './messages/client.ts';
import { MeasuredProcess } from './n5g/measured-process.ts';

const SIZES = { quick: { warmUps: 10_000, measured: 20_000 }, full: { warmUps: 50_000, measured: 200_000 } } as const;
const BARE = new URL('messages/bare-process.ts', import.meta.url);
const CENTRE = new URL('messages/centre-process.ts', import.meta.url);
const GATE = new URL('messages/gate-process.ts', import.meta.url);
/** Two protocol exchanges for each text in place of one, and the checks. */
const CPU_RATIO_MAX = 2;

interface Measured {
  readonly textsPerSecond: number;
  readonly cpuMicros: number;
}

/** The whole message gate, with all checks and a message centre behind it, beside a bare server of the npm package. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const sizes = quick ? SIZES.quick : SIZES.full;
  const bare = await measureServer(await MeasuredProcess.start(BARE), sizes);
  const centre = await MeasuredProcess.start(CENTRE);
  try {
    const gate = await measureServer(await MeasuredProcess.start(GATE, [String(centre.port)]), sizes);
    const ratio = gate.cpuMicros / bare.cpuMicros;
    return [
      {
        name: 'texts through the gate, 4 connections x 64',
        value: Math.round(gate.textsPerSecond),
        unit: 'texts/s',
        cpuMicrosPerOperation: gate.cpuMicros,
        baseline: {
          name: 'npm smpp 0.5.1, answering only',
          value: Math.round(bare.textsPerSecond),
          cpuMicrosPerOperation: bare.cpuMicros,
        },
        ratio,
        target: `CPU per text at most ${CPU_RATIO_MAX.toFixed(2)} of the baseline's`,
        met: ratio <= CPU_RATIO_MAX,
        note: 'the gate checks each text, fingerprints it and forwards it; the baseline answers it',
      },
    ];
  } finally {
    await centre.stop();
  }
}

async function measureServer(
  server: MeasuredProcess,
  { warmUps, measured }: (typeof SIZES)['quick' | 'full'],
): Promise<Measured> {
  const load = await Load.bind(server.port);
  try {
    await load.send(warmUps);
    const before = await server.cpuMicros();
    const elapsedMs = await load.send(measured);
    const after = await server.cpuMicros();
    return { textsPerSecond: (measured / elapsedMs) * 1_000, cpuMicros: (after - before) / measured };
  } finally {
    load.close();
    await server.stop();
  }
}
