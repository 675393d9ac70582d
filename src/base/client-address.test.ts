import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clientKey, isAddressRange } from './client-address.ts';

describe('what limits count a client by', () => {
  it('is the address of IPv4, also where it comes in the clothes of IPv6', () => {
    assert.equal(clientKey('192.0.2.7'), '192.0.2.7');
    assert.equal(clientKey('::ffff:192.0.2.7'), '192.0.2.7');
    assert.equal(clientKey('::FFFF:192.0.2.7'), '192.0.2.7');
  });

  it('is the /64 of IPv6, however the address is spelled', () => {
    for (const address of ['2001:db8:1:2::9', '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::9%eth0']) {
      assert.equal(clientKey(address), '2001:db8:1:2::/64');
    }
    assert.equal(clientKey('2001:db8:1:3::9'), '2001:db8:1:3::/64');
    assert.equal(clientKey('::1'), '0:0:0:0::/64');
    assert.equal(clientKey('1::'), '1:0:0:0::/64');
    assert.equal(clientKey('::1:2:3:4:5'), '0:0:0:1::/64');
  });

  it('is the same for two addresses if and only if their first four groups are', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const half = fc.array(group, { minLength: 4, maxLength: 4 }).filter((groups) => groups.some((one) => one !== '0'));
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        const key = clientKey([...network, ...one].join(':'));
        assert.equal(clientKey([...network, ...other].join(':')), key);
        assert.equal(clientKey([...one, ...network].join(':')) === key, one.join() === network.join());
      }),
    );
  });

  it('of what is no address is that text', () => {
    for (const text of ['', 'x', '1.2.3', 'fe80::%', ':::']) assert.equal(typeof clientKey(text), 'string');
  });
});

describe('a range of addresses', () => {
  it('is an address, or one with the bits of its prefix', () => {
    for (const text of ['10.0.0.1', '10.0.0.0/8', '10.0.0.1/32', '::1', 'fd00::/8', '::1/128']) {
      assert(isAddressRange(text), text);
    }
  });

  it('is never all addresses, nor anything else', () => {
    const wrong = ['', '10.0.0', '10.0.0.0/0', '::/0', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', 'proxy.example', '*'];
    for (const text of wrong) assert(!isAddressRange(text), text);
  });
});
