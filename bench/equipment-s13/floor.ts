/** The least that a Node server can do: it frames the same octets and answers constants. It checks nothing. */
import { type AddressInfo, createServer } from 'node:net';
import { writeCapabilitiesExchangeAnswer } from '../../src/wire/diameter/capabilities-exchange.ts';
import { HEADER_SIZE, readHeader } from '../../src/wire/diameter/header.ts';
import { EQUIPMENT_OUTCOME, MeIdentityCheckAnswers } from '../../src/wire/diameter/me-identity-check-answer.ts';
import { MeIdentityCheckRequest } from '../../src/wire/diameter/me-identity-check-request.ts';
import { MessageWriter } from '../../src/wire/diameter/message-writer.ts';
import { serveBench } from './server-line.ts';
import { GATE, requestTemplate } from './traffic.ts';

const answer = constantAnswer();
const OUTPUT_SIZE = 256 * 1024;

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0);
  let out = Buffer.allocUnsafe(OUTPUT_SIZE);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    let size = 0;
    while (bytes.length - at >= HEADER_SIZE) {
      const length = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
      if (bytes.length - at < length) break;
      if (bytes[at + 6] === 1 && bytes[at + 7] === 0x44) {
        out.set(answer, size);
        for (let i = 12; i < 20; i++) out[size + i] = bytes[at + i]!;
        size += answer.length;
      } else {
        size += writeCapabilities(bytes.subarray(at, at + length), out, size);
      }
      at += length;
    }
    rest = bytes.subarray(at);
    if (size === 0) return;
    socket.write(out.subarray(0, size));
    if (socket.writableLength > 0) out = Buffer.allocUnsafe(OUTPUT_SIZE);
  });
});
server.listen(0, '127.0.0.1', () => serveBench({ port: (server.address() as AddressInfo).port }, () => {}));

function constantAnswer(): Buffer {
  const { bytes } = requestTemplate();
  const request = new MeIdentityCheckRequest({ ownHost: GATE.originHost });
  request.read(bytes, 0, bytes.length);
  const writer = new MessageWriter(1_024);
  new MeIdentityCheckAnswers(GATE).write(writer, request, EQUIPMENT_OUTCOME.unknown);
  return Buffer.from(writer.written);
}

function writeCapabilities(request: Buffer, out: Buffer, at: number): number {
  const writer = new MessageWriter(1_024);
  const received = { header: readHeader(request, 0), bytes: request, start: 0, end: request.length };
  const capabilities = { ...GATE, hostIpAddress: '127.0.0.1', productName: 'floor' };
  writeCapabilitiesExchangeAnswer(writer, received, 2001, capabilities);
  return writer.written.copy(out, at);
}
