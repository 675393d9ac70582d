import { createServer } from 'node:http2';
import { parentPort } from 'node:worker_threads';
const body = Buffer.from('{"status":"WHITELISTED"}');
const headers = { ':status': 200, 'content-type': 'application/json', 'content-length': body.length };
const server = createServer({ settings: { maxConcurrentStreams: 256 } });
server.on('stream', (stream) => { stream.respond(headers); stream.end(body); });
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as any).port));
