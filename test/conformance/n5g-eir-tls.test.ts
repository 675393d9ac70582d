import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { type Certificate, TestAuthority } from '../support/certificates.ts';
import { TestN5gEir } from '../support/n5g-eir.ts';
import { programSkipReason } from '../support/programs.ts';

const PEI = 'imei-352099001761481';

describe('N5g-eir over TLS', { skip: programSkipReason('openssl') }, () => {
  let folder: string;
  let authority: TestAuthority;
  let own: Certificate;
  let caller: Certificate;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-n5g-tls-'));
    authority = new TestAuthority(folder);
    own = authority.issue('localhost');
    caller = authority.issue('amf1.hanbit.example');
  });
  after(() => rm(folder, { recursive: true }));

  function open(extra: object = {}): Promise<TestN5gEir> {
    return TestN5gEir.open({ tls: { certFile: own.certFile, keyFile: own.keyFile, ...extra } });
  }

  function apiRoot(gate: TestN5gEir): string {
    return `https://localhost:${gate.port}`;
  }

  it('answers a caller that trusts its certificate', async () => {
    const gate = await open();
    const amf = await N5gEirProbe.connect({ apiRoot: apiRoot(gate), tls: { ca: authority.ca } });
    assert.equal((await amf.check({ pei: PEI })).status, 'WHITELISTED');
    await amf.close();
    await gate.server.close();
  });

  it('with caFile lets nobody in without a certificate that was signed there', async () => {
    const gate = await open({ caFile: authority.caFile });
    const { cert, key } = caller;
    const amf = await N5gEirProbe.connect({ apiRoot: apiRoot(gate), tls: { ca: authority.ca, cert, key } });
    assert.equal((await amf.check({ pei: PEI })).status, 'WHITELISTED');
    await amf.close();
    await assert.rejects(N5gEirProbe.connect({ apiRoot: apiRoot(gate), tls: { ca: authority.ca } }), {
      message: 'N5G_EIR_PROBE_REFUSED',
    });
    await gate.server.close();
    assert.equal(gate.asked.length, 1);
  });

  for (const [name, options] of [
    ['HTTP/1.1 alone', { ALPNProtocols: ['http/1.1'] }],
    ['TLS 1.1', { ALPNProtocols: ['h2'], maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const gate = await open();
      const socket: TLSSocket = connect({
        port: gate.port,
        host: '127.0.0.1',
        ca: authority.ca,
        servername: 'localhost',
        ...options,
        ALPNProtocols: [...options.ALPNProtocols],
      });
      const [error] = (await once(socket, 'error')) as [Error & { code: string }];
      assert.match(error.code, /^ERR_SSL_|^ECONNRESET$/);
      await gate.server.close();
      assert.equal(gate.count('connectionRefused'), 1);
    });
  }

  it('outlives what is no TLS at all', async () => {
    const gate = await open();
    const amf = await N5gEirProbe.connect({ apiRoot: apiRoot(gate), tls: { ca: authority.ca } });
    await assert.rejects(N5gEirProbe.connect({ apiRoot: `http://localhost:${gate.port}` }));
    assert.equal((await amf.check({ pei: PEI })).status, 'WHITELISTED');
    await amf.close();
    await gate.server.close();
  });
});
