import { createServer } from 'node:http2';
import { answerCpu } from './measured-process.ts';
const body = Buffer.from('{"status":"WHITELISTED"}');
const headers: any = process.argv[2] === 'raw' ? [':status', '200', 'content-type', 'application/json', 'content-length', '24'] : process.argv[2] === 'str' ? { ':status': '200', 'content-type': 'application/json', 'content-length': '24' } : { ':status': 200, 'content-type': 'application/json', 'content-length': body.length };
const server = createServer({ settings: { maxConcurrentStreams: 256 } });
const shared = () => {};
let n = 0;
server.on('stream', (stream) => {
  if (process.argv[2] === 'shared') { stream.on('error', shared); stream.on('close', shared); }
  if (process.argv[2] === 'closures') { stream.on('error', () => { n++; }); stream.on('close', () => { n--; }); }
  if (process.argv[2] === 'once') { stream.on('error', shared); }
  stream.respond(headers); stream.end(body); });
server.listen(0, '127.0.0.1', () => answerCpu((server.address() as any).port));
