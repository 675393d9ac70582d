import { createServer } from 'node:net';

/** The port that an example names if it is free on loopback, else any other that is. */
export async function freePort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  for (let wanted = preferred; ; wanted = 0) {
    const port = await listens(wanted);
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
