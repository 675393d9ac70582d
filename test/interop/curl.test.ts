import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { ImeiKey } from '../../src/identifiers/imei.ts';
import { TestAuthority } from '../support/certificates.ts';
import { type RunningGate, runGate } from '../support/equipment-gate.ts';
import { programSkipReason } from '../support/programs.ts';

const execute = promisify(execFile);
const RESOURCE = '/n5g-eir-eic/v1/equipment-status';
const STOLEN = 'imeisv-3520990017614823';
const STOLEN_KEY = 35_209_900_176_148 as ImeiKey;

interface Answered {
  readonly version: string;
  readonly status: string;
  readonly type: string;
  readonly body: string;
}

async function curl(url: string, ...args: readonly string[]): Promise<Answered> {
  const form = '\n%{http_version}\n%{http_code}\n%{content_type}';
  const { stdout } = await execute('curl', ['-s', '--max-time', '10', '-w', form, ...args, url]);
  const [body = '', version = '', status = '', type = ''] = stdout.split('\n');
  return { version, status, type, body };
}

function block({ test }: RunningGate): void {
  test.state('duru', { kind: 'device.blocked', target: { kind: 'imei', imei: STOLEN_KEY }, reason: 'stolen' });
}

describe('curl, which the open 5G cores are built on', { skip: programSkipReason('curl', 'openssl') }, () => {
  let gate: RunningGate;
  before(async () => {
    gate = await runGate({ n5gEir: { port: 0 } });
    block(gate);
  });
  after(() => gate.stop());

  it('with prior knowledge is told that a stolen phone is BLACKLISTED', async () => {
    const url = `${gate.apiRoot}${RESOURCE}?pei=${STOLEN}&supi=imsi-450970000000001`;
    assert.deepEqual(await curl(url, '--http2-prior-knowledge'), {
      version: '2',
      status: '200',
      type: 'application/json',
      body: '{"status":"BLACKLISTED"}',
    });
  });

  it('is told that the register does not know another', async () => {
    const url = `${gate.apiRoot}${RESOURCE}?pei=imei-490154203237518`;
    const { status, type, body } = await curl(url, '--http2-prior-knowledge');
    assert.deepEqual([status, type], ['404', 'application/problem+json']);
    assert.equal((JSON.parse(body) as { cause: string }).cause, 'ERROR_EQUIPMENT_UNKNOWN');
  });

  it('may ask with HEAD and POST, and is told no', async () => {
    const url = `${gate.apiRoot}${RESOURCE}?pei=${STOLEN}`;
    const { stdout } = await execute('curl', ['-sI', '--max-time', '10', '--http2-prior-knowledge', url]);
    assert.match(stdout, /^HTTP\/2 405 \r\n/);
    assert.equal((await curl(url, '--http2-prior-knowledge', '-d', 'x'.repeat(1_000))).status, '405');
  });

  it('over TLS agrees on h2 by ALPN', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bongsu-curl-'));
    const authority = new TestAuthority(folder);
    const tls = authority.issue('localhost');
    const secure = await runGate({ n5gEir: { port: 0, tls: { certFile: tls.certFile, keyFile: tls.keyFile } } });
    try {
      block(secure);
      const url = `https://localhost:${secure.gate.addresses.n5gEir!.port}${RESOURCE}?pei=${STOLEN}`;
      const { version, body } = await curl(url, '--http2', '--cacert', authority.caFile);
      assert.deepEqual([version, body], ['2', '{"status":"BLACKLISTED"}']);
    } finally {
      await secure.stop();
      await rm(folder, { recursive: true });
    }
  });
});
