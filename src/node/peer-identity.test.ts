import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { systemClock } from '../base/clock.ts';
import { ensureCertificate, makeNextCertificate, PeerIdentity } from './peer-identity.ts';

const clock = systemClock;

test('a certificate is made once; the next only when the one in use is bound', async (t) => {
  const keys = temporaryFolder(t);
  const first = await ensureCertificate({ keys, member: 'one' }, { clock });
  const unbound = await makeNextCertificate({ keys, member: 'one', bound: [] }, { clock });
  assert.equal(unbound.fingerprint, first.fingerprint);
  const next = await makeNextCertificate({ keys, member: 'one', bound: [first.fingerprint] }, { clock });
  assert.notEqual(next.fingerprint, first.fingerprint);
  const again = await makeNextCertificate({ keys, member: 'one', bound: [first.fingerprint] }, { clock });
  assert.equal(again.fingerprint, next.fingerprint);
});

test('the next certificate is there once governance binds it, and takes the place of the one before', async (t) => {
  const keys = temporaryFolder(t);
  const first = await ensureCertificate({ keys, member: 'one' }, { clock });
  const next = await makeNextCertificate({ keys, member: 'one', bound: [first.fingerprint] }, { clock });
  const identity = await PeerIdentity.open(keys);
  assert.equal(identity.current?.fingerprint, first.fingerprint);
  assert.equal(await identity.next([first.fingerprint]), undefined);
  await identity.adopt((await identity.next([first.fingerprint, next.fingerprint]))!);
  assert.equal(identity.current?.fingerprint, next.fingerprint);
  assert.equal((await PeerIdentity.open(keys)).current?.fingerprint, next.fingerprint);
  assert.ok(readdirSync(keys).some((name) => name.startsWith('tls.before-')));
});

test('a kill between key and certificate is made good at the next start', async (t) => {
  const keys = temporaryFolder(t);
  const first = await ensureCertificate({ keys, member: 'one' }, { clock });
  const next = await makeNextCertificate({ keys, member: 'one', bound: [first.fingerprint] }, { clock });
  renameSync(join(keys, 'tls.next.key'), join(keys, 'tls.key'));
  const identity = await PeerIdentity.open(keys);
  assert.equal(identity.current?.fingerprint, next.fingerprint);
  assert.ok(!existsSync(join(keys, 'tls.next.pem')));
});

test('an exchange that failed half way is finished by the next attempt', async (t) => {
  const keys = temporaryFolder(t);
  const first = await ensureCertificate({ keys, member: 'one' }, { clock });
  const made = await makeNextCertificate({ keys, member: 'one', bound: [first.fingerprint] }, { clock });
  const identity = await PeerIdentity.open(keys);
  renameSync(join(keys, 'tls.next.key'), join(keys, 'tls.key'));
  const next = await identity.next([first.fingerprint, made.fingerprint]);
  assert.equal(next?.fingerprint, made.fingerprint);
  await identity.adopt(next);
  assert.equal(identity.current?.fingerprint, made.fingerprint);
  assert.equal((await PeerIdentity.open(keys)).current?.key, made.key);
});

test('a member without a certificate has none', async (t) => {
  assert.equal((await PeerIdentity.open(temporaryFolder(t))).current, undefined);
});
