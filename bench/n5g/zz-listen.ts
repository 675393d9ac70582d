/** The least that a `node:http2` server can do: the same answer to everything. */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { answerCpu } from './measured-process.ts';

const body = Buffer.from('{"status":"WHITELISTED"}');
const headers = { ':status': 200, 'content-type': 'application/json', 'content-length': body.length };
const server = createServer({ settings: { maxConcurrentStreams: 256 } });
server.on('stream', (stream) => {
  stream.on('error', () => {}); stream.on('close', () => {}); stream.respond(headers);
  stream.end(body);
});
server.listen(0, '127.0.0.1', () => answerCpu((server.address() as AddressInfo).port));
