import { createInterface } from 'node:readline';

/** What a server of this bench says of itself. Every server, in whatever language, speaks so. */
export interface Listening {
  readonly port: number;
}

/** Says the port on standard output, and from then on the CPU time used whenever the bench asks by a line. */
export function serveBench(listening: Listening, stop: () => Promise<void> | void): void {
  process.stdout.write(`${JSON.stringify(listening)}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${JSON.stringify({ cpuMicros: user + system })}\n`);
  });
  // The bench closes standard input when it is done, or when it dies.
  lines.on('close', () => void Promise.resolve(stop()).then(() => process.exit(0)));
}
