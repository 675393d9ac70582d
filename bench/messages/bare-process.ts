/** The npm package `smpp` as a server that takes every text: it checks nothing and forwards nothing. */
import type { AddressInfo } from 'node:net';
import smpp from 'smpp';
import { answerCpu } from '../n5g/measured-process.ts';

let texts = 0;
const server = smpp.createServer({}, (session) => {
  session.on('error', () => {});
  session.on('pdu', (pdu) => {
    if (pdu.command === 'submit_sm') session.send(pdu.response({ message_id: String((texts += 1)) }));
    else session.send(pdu.response());
  });
});
server.listen(0, '127.0.0.1', () => answerCpu((server.address() as AddressInfo).port));
