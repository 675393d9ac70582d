import { createServer } from 'node:net';

/** The port that an example names if it is free on loopback, else any other that is. */
export async function freePort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  if (!taken.has(preferred) && (await listens(preferred)) !== undefined) return preferred;
  for (;;) {
    const port = await listens(0);
    if (port !== undefined && !taken.has(port)) return port;
  }
}

function listens(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
