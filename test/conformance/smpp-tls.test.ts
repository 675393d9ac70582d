import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SmppProbe } from '../../src/probes/smpp.ts';
import { COMMAND_STATUS } from '../../src/wire/smpp/command-status.ts';
import { TestAuthority } from '../support/certificates.ts';
import { programSkipReason } from '../support/programs.ts';
import { TestCentre } from '../support/smpp-centre.ts';
import { GOOD_TEXT, messageConfig, PASSWORD, type RunningMessageGate, runMessageGate } from '../support/smpp-gate.ts';

describe('SMPP over TLS', { skip: programSkipReason('openssl'), timeout: 60_000 }, () => {
  let folder: string;
  let authority: TestAuthority;
  let secureCentre: TestCentre;
  let gate: RunningMessageGate;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-smpp-tls-'));
    authority = new TestAuthority(folder);
    const { cert, key, certFile, keyFile } = authority.issue('localhost');
    secureCentre = await TestCentre.start(0, { cert, key });
    const tls = { caFile: authority.caFile, serverName: 'localhost' };
    const smsc = { ...messageConfig(secureCentre.port).smscs[0], name: 'secure', tls };
    const accounts = [{ ...messageConfig(0).accounts[0], smscs: ['secure'] }];
    gate = await runMessageGate(
      { smpp: { port: 0, tls: { port: 0, certFile, keyFile } }, accounts },
      { moreSmscs: [smsc] },
    );
    await secureCentre.connected();
  });
  after(async () => {
    await gate.stop();
    await secureCentre.die();
    await rm(folder, { recursive: true });
  });

  const bind = () =>
    SmppProbe.bind({
      ...gate.gate.addresses.smppTls!,
      systemId: 'saessak',
      password: PASSWORD,
      tls: { ca: authority.ca, serverName: 'localhost' },
    });

  it('carries a text from the firm to the message centre, encrypted on both ways', async () => {
    const client = await bind();
    assert.equal((await client.submit(GOOD_TEXT)).status, COMMAND_STATUS.ok);
    assert.equal(secureCentre.texts[0]!.message, GOOD_TEXT.text);
    await client.unbind();
  });

  it('a client that speaks in the clear on that port is cut off', async () => {
    const client = await SmppProbe.connect(gate.gate.addresses.smppTls!);
    await assert.rejects(client.tryBind({ systemId: 'saessak', password: PASSWORD }), /SMPP_PROBE_CLOSED/);
    await gate.counted('connections', 'connectionRefused', 1);
  });

  it('a suspended firm is unbound here too', async () => {
    const client = await bind();
    gate.senders.suspend('KS-2026-000001');
    await client.closed;
    assert(client.isUnbound);
  });
});
