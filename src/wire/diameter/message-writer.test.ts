import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AVP } from './dictionary.ts';
import { MESSAGE_FLAG, readHeader } from './header.ts';
import { MessageWriter } from './message-writer.ts';

const header = { version: 1, flags: MESSAGE_FLAG.request, command: 280, application: 0, hopByHop: 7, endToEnd: 9 };

describe('MessageWriter', () => {
  it('sets the message length and pads each AVP, whatever the buffer held before', () => {
    const writer = new MessageWriter(64);
    writer.bytes.fill(0xff);
    writer.begin(header).text(AVP.originHost, 'abcde').end();
    assert.equal(
      writer.written.toString('hex'),
      '01000024800001180000000000000007000000090000010840 00000d6162636465000000'.replaceAll(' ', ''),
    );
    assert.deepEqual(readHeader(writer.written, 0), header);
  });

  it('counts inner padding in the length of a group, and none of its own', () => {
    const writer = new MessageWriter(64);
    writer.group(AVP.terminalInformation, () => writer.text(AVP.softwareVersion, '23'));
    assert.equal(writer.written.readUIntBE(5, 3), 12 + 16);
  });

  const addresses: readonly [string, string][] = [
    ['127.0.0.1', '00017f000001'],
    ['::1', '000200000000000000000000000000000001'],
    ['::', '000200000000000000000000000000000000'],
    ['2001:db8::8:800:200c:417a', '000220010db80000000000080800200c417a'],
    ['fe80::1%eth0', '0002fe800000000000000000000000000001'],
    ['::ffff:10.1.2.3', '000200000000000000000000ffff0a010203'],
    ['1:2:3:4:5:6:7:8', '000200010002000300040005000600070008'],
  ];
  for (const [address, hex] of addresses) {
    it(`writes the address ${address}`, () => {
      const writer = new MessageWriter(64).address(AVP.hostIpAddress, address);
      const size = writer.written.readUIntBE(5, 3);
      assert.equal(writer.written.toString('hex', 8, size), hex);
    });
  }

  it('stops the process rather than write past its buffer', () => {
    assert.doesNotThrow(() => new MessageWriter(12).number(AVP.resultCode, 2001));
    assert.throws(() => new MessageWriter(11).number(AVP.resultCode, 2001), { name: 'AssertionError' });
  });
});
