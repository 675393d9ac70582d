import { createServer } from 'node:net';

/**
 * Above 10,080, the last port that `fetch` and browsers refuse to call ("bad port"); and below what systems give to
 * outgoing connections (Linux from 32,768, others from 49,152), as one of those would take a port between its choice and
 * its use.
 */
const FIRST_PORT = 10_100;
const PORTS = 21_900;
/** Processes that choose at the same time begin this far apart. */
const PORTS_OF_PROCESS = 64;

let tried = process.pid * PORTS_OF_PROCESS;

/** The port that an example names if it is free on loopback, else another that is, and that was not given before. */
export async function freePort(preferred = 0, taken: ReadonlySet<number> = new Set()): Promise<number> {
  const isFree = async (port: number): Promise<boolean> => !taken.has(port) && (await canListen(port));
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  for (let ports = 0; ports < PORTS; ports++) {
    const port = FIRST_PORT + (tried++ % PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
