/** A message centre that takes every text at once, so that the gate in front of it is what is measured. */
import { type AddressInfo, createServer } from 'node:net';
import { isBind } from '../../src/wire/smpp/bind.ts';
import { COMMAND } from '../../src/wire/smpp/command.ts';
import { FrameSplitter } from '../../src/wire/smpp/frame.ts';
import { readHeader } from '../../src/wire/smpp/header.ts';
import { writeBareResponse, writeNamedResponse } from '../../src/wire/smpp/responses.ts';
import { answerCpu } from '../n5g/measured-process.ts';

let texts = 0;
const server = createServer({ noDelay: true }, (socket) => {
  const out: Buffer[] = [];
  const splitter = new FrameSplitter((bytes, start) => {
    const { command, sequence } = readHeader(bytes, start);
    const header = { command, status: 0, sequence };
    const isNamed = command === COMMAND.submitSm || isBind(command);
    out.push(
      isNamed ? writeNamedResponse(header, { name: String((texts += 1)), tlvs: [] }) : writeBareResponse(header),
    );
  });
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    splitter.push(chunk);
    socket.write(Buffer.concat(out.splice(0)));
  });
});
server.listen(0, '127.0.0.1', () => answerCpu((server.address() as AddressInfo).port));
