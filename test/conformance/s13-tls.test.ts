import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TlsFilesError } from '../../src/gates/equipment/tls-files.ts';
import { S13Probe, S13ProbeError } from '../../src/probes/s13.ts';
import { type Certificate, TestAuthority } from '../support/certificates.ts';
import { programSkipReason } from '../support/programs.ts';
import { RawPeer, type RunningGate, s13Vector, startS13Gate } from '../support/s13.ts';

describe('the S13 gate under TLS', { skip: programSkipReason('openssl') }, () => {
  let folder: string;
  let authority: TestAuthority;
  let mme: Certificate;
  let gate: RunningGate;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-s13-tls-'));
    authority = new TestAuthority(folder);
    mme = authority.issue('mme.epc.test');
    const { certFile, keyFile } = authority.issue('eir.epc.test');
    gate = await startS13Gate({ tls: { port: 0, certFile, keyFile, caFile: authority.caFile } });
  });
  after(async () => {
    await gate.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const connect = (originHost: string, certificate?: Certificate) =>
    S13Probe.connect({
      host: '127.0.0.1',
      port: gate.server.tlsAddress!.port,
      originHost,
      originRealm: 'epc.test',
      tls: {
        ca: authority.ca,
        serverName: 'eir.epc.test',
        ...(certificate !== undefined && { cert: certificate.cert, key: certificate.key }),
      },
    });

  it('answers as it does in the clear, and stops as it does there', async () => {
    const probe = await connect('mme.epc.test', mme);
    const checks = Array.from({ length: 500 }, () => ({ imei: '352099001761481' }));
    const answers = await probe.checkAll(checks, { window: 64 });
    assert(answers.every(({ outcome }) => outcome === 1));
    assert.equal((await probe.disconnect()).resultCode, 2001);
  });

  it('refuses a peer whose certificate bears another name than its Origin-Host', async () => {
    await assert.rejects(connect('dra.epc.test', mme), (error) => {
      assert(error instanceof S13ProbeError);
      assert.deepEqual(error.facts, { code: 'S13_PROBE_REFUSED', resultCode: 3010 });
      return true;
    });
  });

  it('lets nobody in without a certificate', async () => {
    await assert.rejects(connect('mme.epc.test'), S13ProbeError);
  });

  it('asks no certificate where no authority is configured', async () => {
    const { certFile, keyFile } = authority.issue('eir2.epc.test');
    const open = await startS13Gate({ tls: { port: 0, certFile, keyFile } });
    const probe = await S13Probe.connect({
      host: '127.0.0.1',
      port: open.server.tlsAddress!.port,
      originHost: 'mme.epc.test',
      originRealm: 'epc.test',
      tls: { ca: authority.ca, serverName: 'eir2.epc.test' },
    });
    assert.equal((await probe.check({ imei: '352099001761481' })).outcome, 1);
    await Promise.all([open.server.close(), probe.closed]);
  });

  it('says which file it cannot read', async () => {
    const missing = join(folder, 'missing.pem');
    await assert.rejects(startS13Gate({ tls: { port: 0, certFile: missing, keyFile: missing } }), (error) => {
      assert(error instanceof TlsFilesError);
      assert.deepEqual(error.facts, { code: 'GATE_TLS_UNREADABLE', file: missing });
      return true;
    });
  });

  it('does not take Diameter in the clear on its secure port', async () => {
    const peer = await RawPeer.connect(gate.server.tlsAddress!.port);
    peer.send(s13Vector('CER'));
    await peer.closed();
  });
});
