import assert from 'node:assert/strict';
import { createCipheriv, createHmac, createSecretKey } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../base/fault.ts';
import { encodeMap } from '../ledger/cbor.ts';
import { type CborMap, decodeEntry, encodeEntry, EntryError, isSealed, type SealedEntry } from '../ledger/entry.ts';
import { generateEpochKey } from './epoch-key.ts';
import { isOpenedBy, open, PADDED_TO, seal } from './seal.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const keyOf = (epoch: number) => (epoch === 3 ? key : undefined);
const envelope = {
  kind: 'device.blocked',
  version: 1,
  issuer: 'hanbit',
  timeMs: 1_700_000_000_000,
  id: Uint8Array.from({ length: 16 }, (_, place) => place),
};
const body: CborMap = { target: { imei: '35209900176148' }, reason: 'stolen' };
const octets = seal(envelope, body, { epoch: 3, key });

describe('a sealed entry', () => {
  it('opens to what was sealed, whatever it is', () => {
    const bodies = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 9 }).filter((name) => name !== '__proto__'),
      fc.oneof(fc.string(), fc.maxSafeNat(), fc.boolean(), fc.uint8Array({ maxLength: 300 })),
      { maxKeys: 5, noNullPrototype: true },
    );
    const places = fc.option(fc.maxSafeNat(), { nil: undefined });
    fc.assert(
      fc.property(bodies, places, (body, continues) => {
        const header = { ...envelope, ...(continues !== undefined && { continues }) };
        const entry = sealedEntry(seal(header, body, { epoch: 3, key }));
        const opening = open(entry, keyOf);
        assert.ok(!(opening instanceof Fault));
        assert.deepEqual(Buffer.from(encodeMap(opening.body)), Buffer.from(encodeMap(body)));
        assert.equal(entry.continues, continues);
        assert.ok(isOpenedBy(entry, opening));
      }),
    );
  });

  it('is the octets that docs/sealing.md describes', () => {
    const given = [Buffer.alloc(32, 1), Buffer.alloc(12, 2)];
    const made = seal(envelope, body, { epoch: 3, key }, () => given.shift()!);
    const public_ = { v: 1, id: envelope.id, kind: 'device.blocked', time: 1_700_000_000_000, issuer: 'hanbit' };
    const commit = createHmac('sha256', Buffer.alloc(32, 1))
      .update(encodeMap({ ...public_, epoch: 3, body }))
      .digest();
    const header = { ...public_, epoch: 3, commit };
    const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, 7), Buffer.alloc(12, 2));
    cipher.setAAD(encodeMap(header));
    const content = encodeMap({ r: Buffer.alloc(32, 1), body });
    const padding = Buffer.alloc(PADDED_TO - (content.length % PADDED_TO));
    padding[0] = 0x80;
    const ciphertext = Buffer.concat([cipher.update(content), cipher.update(padding), cipher.final()]);
    const sealed = Buffer.concat([Buffer.alloc(12, 2), ciphertext, cipher.getAuthTag()]);
    assert.deepEqual(Buffer.from(made), Buffer.from(encodeMap({ ...header, sealed })));
  });

  it('is refused with any one of its bits flipped', () => {
    for (let bit = 0; bit < octets.length * 8; bit++) {
      const place = Math.floor(bit / 8);
      const code = outcomeOf(octets.with(place, octets[place]! ^ (1 << (bit % 8))));
      assert.ok(code === 'ENTRY' || code === 'SEAL_BROKEN' || code === 'SEAL_EPOCH_UNKNOWN', `bit ${bit}: ${code}`);
    }
  });

  it('is refused with any other header, though the ciphertext is what it was', () => {
    const entry = sealedEntry(octets);
    for (const change of [
      { kind: 'device.tracked' },
      { version: 2 },
      { issuer: 'narae' },
      { timeMs: envelope.timeMs + 1 },
      { id: new Uint8Array(16) },
      { commit: new Uint8Array(32) },
      { continues: 0 },
    ]) {
      const fault = open({ ...entry, ...change }, keyOf);
      assert.ok(fault instanceof Fault);
      assert.equal(fault.facts.code, 'SEAL_BROKEN', JSON.stringify(change));
    }
    const moved = open({ ...entry, epoch: 4 }, () => key);
    assert.equal((moved as Fault).facts.code, 'SEAL_BROKEN');
  });

  it('is not opened without the key of its epoch, nor with another one', () => {
    const entry = sealedEntry(octets);
    assert.equal((open(entry, () => undefined) as Fault).facts.code, 'SEAL_EPOCH_UNKNOWN');
    const other = createSecretKey(generateEpochKey());
    assert.equal((open(entry, () => other) as Fault).facts.code, 'SEAL_BROKEN');
  });

  it('is refused where its issuer bound it to another body', () => {
    const commit = sealedEntry(seal(envelope, { ...body, reason: 'lost' }, { epoch: 3, key })).commit;
    const entry = sealedAs(content({ r: Buffer.alloc(32, 1), body }), commit);
    assert.equal((open(entry, keyOf) as Fault).facts.code, 'SEAL_COMMITMENT_WRONG');
  });

  for (const [why, octets] of [
    ['no padding', Buffer.from(encodeMap({ r: Buffer.alloc(32, 1), body }))],
    ['nothing but padding', Buffer.concat([Buffer.of(0x80), Buffer.alloc(PADDED_TO - 1)])],
    ['zeros', Buffer.alloc(PADDED_TO)],
    ['a block of padding too much', Buffer.concat([content({ r: Buffer.alloc(32), body }), Buffer.alloc(PADDED_TO)])],
    ['a commitment key of 31 octets', content({ r: Buffer.alloc(31), body })],
    ['no commitment key', content({ body })],
    ['no body', content({ r: Buffer.alloc(32) })],
    ['a body that is no map', content({ r: Buffer.alloc(32), body: 'stolen' })],
    ['a field too many', content({ r: Buffer.alloc(32), body, reason: 'stolen' })],
    ['octets behind the map', padded(Buffer.concat([encodeMap({ r: Buffer.alloc(32), body }), Buffer.of(0)]))],
    ['keys out of order', padded(Buffer.from(`a264626f6479a061725820${'00'.repeat(32)}`, 'hex'))],
    ['no CBOR', padded(Buffer.from('ff', 'hex'))],
  ] as const) {
    it(`is refused where its issuer sealed ${why}`, () => {
      const fault = open(sealedAs(octets, new Uint8Array(32)), keyOf);
      assert.equal((fault as Fault).facts.code, 'SEAL_CONTENT_MALFORMED');
    });
  }

  it('shows of the length of its body only the block', () => {
    const sizeOf = (length: number) => seal(envelope, { a: 'x'.repeat(length) }, { epoch: 3, key }).length;
    // A body of one short text is 13 octets longer than r and the text: one block ends at 64 with its mark.
    const sizes = Array.from({ length: 200 }, (_, length) => sizeOf(length));
    assert.ok(new Set(sizes).size <= 6, [...new Set(sizes)].join(' '));
  });
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    const opened = open(sealedEntry(bytes), keyOf);
    return opened instanceof Fault ? opened.facts.code : 'opened';
  } catch (error) {
    if (error instanceof EntryError) return 'ENTRY';
    throw error;
  }
}

function sealedEntry(bytes: Uint8Array): SealedEntry {
  const entry = decodeEntry(bytes);
  assert.ok(isSealed(entry));
  return entry;
}

function content(map: CborMap): Buffer {
  return padded(encodeMap(map));
}

function padded(octets: Uint8Array): Buffer {
  const padding = Buffer.alloc(PADDED_TO - (octets.length % PADDED_TO));
  padding[0] = 0x80;
  return Buffer.concat([octets, padding]);
}

/** What a dishonest member can make: any content, sealed as it should be. */
function sealedAs(content: Uint8Array, commit: Uint8Array): SealedEntry {
  const { kind, version, issuer, timeMs, id } = envelope;
  const nonce = Buffer.alloc(12, 9);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(encodeMap({ kind, v: version, issuer, time: timeMs, id, epoch: 3, commit }));
  const ciphertext = [cipher.update(content), cipher.final()];
  const sealed = Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]);
  return sealedEntry(encodeEntry({ ...envelope, epoch: 3, commit, sealed }));
}
