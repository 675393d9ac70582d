import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { messageConfig, PAIRING_KEY, runMessageGate, SenderStanding } from '../../../test/support/smpp-gate.ts';
import { GateThreadError } from '../gate-thread.ts';
import { MessageGate, OWN_TEXTS_OPEN_MAX } from './gate.ts';

const recordsFolder = mkdtempSync(join(tmpdir(), 'bongsu-message-gate-'));
after(() => rmSync(recordsFolder, { recursive: true, force: true }));

const NOTICE = { from: '100', to: '01012340000', text: 'Notice' };

function start(part: object): Promise<MessageGate> {
  const { standing } = new SenderStanding();
  return MessageGate.start(
    { config: messageConfig(1, { part }), pairingKey: PAIRING_KEY, recordsFolder },
    { standing, clock: systemClock, log: silentLog },
  );
}

const failsWith = (code: string) => (error: unknown) => error instanceof GateThreadError && error.facts.code === code;

describe('the message gate', { timeout: 60_000 }, () => {
  it('does not start on a port that somebody has, over SMPP or HTTP', async () => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await assert.rejects(start({ smpp: { port } }), failsWith('MESSAGES_LISTEN_FAILED'));
    await assert.rejects(start({ http: { port } }), failsWith('MESSAGES_LISTEN_FAILED'));
    server.close();
  });

  it('does not start without a file that it is to read', async () => {
    const smsc = messageConfig(1).smscs[0]!;
    const account = messageConfig(1).accounts[0]!;
    const missing = { passwordFile: 'missing' };
    await assert.rejects(start({ smscs: [{ ...smsc, ...missing }] }), failsWith('MESSAGE_PASSWORD_UNREADABLE'));
    await assert.rejects(start({ accounts: [{ ...account, ...missing }] }), failsWith('MESSAGE_PASSWORD_UNREADABLE'));
    const tls = { caFile: 'missing', serverName: 'x' };
    await assert.rejects(start({ smscs: [{ ...smsc, tls }] }), failsWith('MESSAGE_CENTRE_CA_UNREADABLE'));
    const files = { port: 0, certFile: 'missing', keyFile: 'missing' };
    await assert.rejects(start({ smpp: { port: 0, tls: files } }), failsWith('GATE_TLS_UNREADABLE'));
  });

  it('takes so many of the operator’s own texts at a time, and no more', async () => {
    const running = await runMessageGate({ own: { ratePerSecond: 10_000 } });
    try {
      running.centre.treatment = 'keep';
      const open = Array.from({ length: OWN_TEXTS_OPEN_MAX }, () => running.gate.submit(NOTICE).catch(() => 'refused'));
      await assert.rejects(running.gate.submit(NOTICE), /OWN_TEXTS_TOO_MANY/);
      await running.centre.received(1);
      await running.gate.stop();
      // Each is answered when the gate stops, and none waits for ever.
      assert.deepEqual(new Set(await Promise.all(open)), new Set(['refused']));
    } finally {
      await running.stop();
    }
  });

  it('that is stopped says so to who sends', async () => {
    const running = await runMessageGate();
    await running.gate.stop();
    await assert.rejects(running.gate.submit(NOTICE), /MESSAGE_GATE_DOWN/);
    await running.stop();
  });
});
