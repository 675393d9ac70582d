import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NodeConfigError, readNodeConfig } from './config.ts';

const LEAST = { member: 'hanbit', governanceFrom: ['../governance'], api: { port: 7101 } };

function write(t: TestContext, text: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'node.json');
  writeFileSync(file, text);
  return { folder, file };
}

test('what is left out has its default, and everything listens on loopback', async (t) => {
  const { folder, file } = write(t, JSON.stringify(LEAST));
  const config = await readNodeConfig(file);
  assert.deepEqual(config.api, { host: '127.0.0.1', port: 7101, trustedProxies: [] });
  assert.deepEqual(config.desks.lookUps, { withoutCasePerHourMax: 30, withCasePerHourMax: 120 });
  assert.equal(config.follow.pollIntervalMs, 1_000);
  assert.equal(config.dataFolder, folder);
  assert.deepEqual(config.governanceFrom, [join(folder, '..', 'governance')]);
  assert.deepEqual(config.gates, {});
});

test('paths of certificates are taken from the file’s own folder', async (t) => {
  const tls = { port: 5868, certFile: 'eir.pem', keyFile: '/etc/eir.key' };
  const s13 = { port: 3868, originHost: 'eir.example', originRealm: 'example', tls };
  const { folder, file } = write(t, JSON.stringify({ ...LEAST, gates: { equipment: { s13 } } }));
  const { gates } = await readNodeConfig(file);
  assert.equal(gates.equipment?.s13?.tls?.certFile, join(folder, 'eir.pem'));
  assert.equal(gates.equipment?.s13?.tls?.keyFile, '/etc/eir.key');
});

for (const [name, text, code] of [
  ['no JSON', '{', 'NODE_CONFIG_UNREADABLE'],
  ['no object', '[]', 'NODE_CONFIG_MALFORMED'],
  ['a port that is none', JSON.stringify({ ...LEAST, api: { port: 70_000 } }), 'NODE_CONFIG_MALFORMED'],
  [
    'a proxy that is no address',
    JSON.stringify({ ...LEAST, api: { ...LEAST.api, trustedProxies: ['proxy.example'] } }),
    'NODE_CONFIG_MALFORMED',
  ],
  [
    'proxies that are everybody',
    JSON.stringify({ ...LEAST, api: { ...LEAST.api, trustedProxies: ['0.0.0.0/0'] } }),
    'NODE_CONFIG_MALFORMED',
  ],
  ['a field that is misspelt', JSON.stringify({ ...LEAST, gate: {} }), 'NODE_CONFIG_MALFORMED'],
  ['a database that is no PostgreSQL', JSON.stringify({ ...LEAST, databaseUrl: 'mysql://x' }), 'NODE_CONFIG_MALFORMED'],
] as const) {
  test(`refused: ${name}`, async (t) => {
    const { file } = write(t, text);
    await assert.rejects(
      readNodeConfig(file),
      (error) => error instanceof NodeConfigError && error.facts.code === code,
    );
  });
}

test('a file that is not there is a fault, not a crash', async () => {
  await assert.rejects(readNodeConfig('/nowhere/node.json'), NodeConfigError);
});
