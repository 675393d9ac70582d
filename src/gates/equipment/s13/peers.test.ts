import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PeerTable } from './peers.ts';

describe('PeerTable', () => {
  const peers = new PeerTable([
    { originHost: 'DRA.example', unknown: 'tracked' },
    { originHost: 'mme1.example', unknown: 'allowed' },
    { originHost: 'mme2.example' },
  ]);

  it('knows peers by name, without case', () => {
    assert.equal(peers.find('dra.EXAMPLE')?.originHost, 'DRA.example');
    assert.equal(peers.find('mme3.example'), undefined);
    assert.equal(peers.find('dra.example.'), undefined);
  });

  it('gives a caller behind a relay its own setting where it is listed, and the relay’s where it is not', () => {
    const relay = peers.find('dra.example')!;
    assert.equal(peers.callerThrough(relay, 'MME1.example').unknown, 0);
    assert.equal(peers.callerThrough(relay, 'mme2.example').unknown, undefined);
    assert.deepEqual(peers.callerThrough(relay, 'Other.example'), {
      originHost: 'Other.example',
      octets: Buffer.from('other.example'),
      unknown: 2,
    });
  });
});
