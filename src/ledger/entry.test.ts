import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { TIME_MS_MAX } from '../base/clock.ts';
import {
  type CborMap,
  type CborValue,
  decodeEntry,
  decodePlainEntry,
  encodeEntry,
  type Entry,
  ENTRY_SIZE_MAX,
  EntryError,
  type PlainEntry,
  type SealedEntry,
} from './entry.ts';

interface Hostile {
  readonly entries: readonly { why: string; hex: string; code: string; field?: string }[];
}

const entry: PlainEntry = {
  kind: 'device.blocked',
  version: 1,
  issuer: 'hanbit',
  timeMs: 1_700_000_000_000,
  id: Uint8Array.from({ length: 16 }, (_, place) => place),
  body: { target: { imei: '35209900176148' }, reason: 'stolen' },
};

const count = fc.nat(Number.MAX_SAFE_INTEGER);
const time = fc.nat(TIME_MS_MAX);
const name = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__proto__');
const value: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue; map: CborMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).value;
const entries: fc.Arbitrary<Entry> = fc.record(
  {
    kind: fc.stringMatching(/^[a-z]{1,20}\.[a-z-]{1,40}$/),
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    issuer: fc.string({ minLength: 1, maxLength: 40 }),
    timeMs: time,
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    body: fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

const sealed: SealedEntry = {
  kind: 'device.blocked',
  version: 1,
  issuer: 'hanbit',
  timeMs: 1_700_000_000_000,
  id: entry.id,
  epoch: 3,
  commit: Uint8Array.from({ length: 32 }, (_, place) => place),
  continues: 7,
  sealed: Uint8Array.from({ length: 80 }, (_, place) => place),
};
const sealedEntries: fc.Arbitrary<Entry> = fc.record(
  {
    kind: fc.stringMatching(/^[a-z]{1,20}\.[a-z-]{1,40}$/),
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    issuer: fc.string({ minLength: 1, maxLength: 40 }),
    timeMs: time,
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    epoch: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    commit: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    sealed: fc.uint8Array({ minLength: 29, maxLength: 400 }),
    continues: count,
  },
  {
    noNullPrototype: true,
    requiredKeys: ['kind', 'version', 'issuer', 'timeMs', 'id', 'epoch', 'commit', 'sealed'],
  },
);

describe('an entry', () => {
  it('is read back as it was written, whatever it holds', () => {
    fc.assert(fc.property(entries, (entry) => assert.deepEqual(plain(decodeEntry(encodeEntry(entry))), plain(entry))));
  });

  it('has one encoding: what decodes, encodes to the same octets', () => {
    const bytes = encodeEntry(entry);
    const places = fc.nat(bytes.length - 1);
    fc.assert(
      fc.property(places, fc.nat(255), (place, octet) => {
        const changed = bytes.with(place, octet);
        const decoded = decodedOrNothing(changed);
        if (decoded !== undefined) assert.deepEqual(Buffer.from(encodeEntry(decoded)), Buffer.from(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order in which its fields were given', () => {
    const { body, ...envelope } = entry;
    const turned = { body: Object.fromEntries(Object.entries(body).toReversed()), ...envelope };
    assert.deepEqual(encodeEntry(turned), encodeEntry(entry));
  });

  it('is refused after any cut', () => {
    const bytes = encodeEntry(entry);
    for (let size = 0; size < bytes.length; size++) {
      assert.throws(() => decodeEntry(bytes.subarray(0, size)), isFault('ENTRY_NOT_CBOR'), `cut at ${size}`);
    }
  });

  it('has the largest size, and not one octet more', () => {
    const sized = (size: number): Entry => ({ ...entry, body: { filler: 'x'.repeat(size) } });
    const rest = encodeEntry(sized(60_000)).length - 60_000;
    const largest = encodeEntry(sized(ENTRY_SIZE_MAX - rest));
    assert.equal(largest.length, ENTRY_SIZE_MAX);
    assert.equal(decodeEntry(largest).kind, entry.kind);
    assert.throws(() => encodeEntry(sized(ENTRY_SIZE_MAX - rest + 1)), isFault('ENTRY_TOO_LARGE'));
    assert.throws(() => decodeEntry(new Uint8Array(ENTRY_SIZE_MAX + 1)), isFault('ENTRY_TOO_LARGE'));
  });

  it('has the largest depth, and not one level more', () => {
    const nested = (depth: number): CborValue => (depth === 0 ? 1 : [nested(depth - 1)]);
    assert.deepEqual(decodePlainEntry(encodeEntry({ ...entry, body: { a: nested(7) } })).body, { a: nested(7) });
    assert.throws(() => encodeEntry({ ...entry, body: { a: nested(8) } }), isFault('ENTRY_MALFORMED'));
  });

  for (const [why, change] of [
    ['a fraction', { body: { a: 0.5 } }],
    ['an integer past 2^53', { body: { a: 2 ** 53 } }],
    ['a kind of 65 characters', { kind: `a.${'b'.repeat(63)}` }],
    ['a kind with a line feed behind it', { kind: 'a.b\n' }],
    ['version 0', { version: 0 }],
    ['a time before 1970', { timeMs: -1 }],
    ['a time after the year 9999', { timeMs: TIME_MS_MAX + 1 }],
    ['an identity of 15 octets', { id: new Uint8Array(15) }],
    ['no issuer', { issuer: '' }],
  ] as const) {
    it(`is not made with ${why}`, () => {
      assert.throws(() => encodeEntry({ ...entry, ...change }), isFault('ENTRY_MALFORMED'));
    });
  }
});

describe('the time of an entry', () => {
  it('is the last of the year 9999 at most, so that it can be written out', () => {
    for (const one of [entry, sealed]) {
      const { timeMs } = decodeEntry(encodeEntry({ ...one, timeMs: TIME_MS_MAX }));
      assert.equal(new Date(timeMs).toISOString(), '9999-12-31T23:59:59.999Z');
      assert.throws(() => encodeEntry({ ...one, timeMs: TIME_MS_MAX + 1 }), isFault('ENTRY_MALFORMED'));
    }
  });
});

describe('a hostile entry is refused', () => {
  for (const { why, hex, code, field } of (ledgerVectors('hostile-entries.json') as Hostile).entries) {
    it(why, () => {
      const facts = field === undefined ? { code } : { code, field };
      assert.deepEqual(faultOf(Buffer.from(hex, 'hex')), facts);
    });
  }

  it('whatever its octets, with one of four codes', () => {
    const near = fc
      .tuple(entries, fc.nat(), fc.uint8Array({ maxLength: 4 }))
      .map(([entry, place, octets]) => spliced(encodeEntry(entry), place, octets));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), near), (bytes) => void faultOf(bytes)),
      { numRuns: 1000 },
    );
  });
});

describe('a sealed entry', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(sealedEntries, (entry) => assert.deepEqual(plain(decodeEntry(encodeEntry(entry))), plain(entry))),
    );
  });

  it('has one encoding: what decodes, encodes to the same octets', () => {
    const bytes = encodeEntry(sealed);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (place, octet) => {
        const changed = bytes.with(place, octet);
        const decoded = decodedOrNothing(changed);
        if (decoded !== undefined) assert.deepEqual(Buffer.from(encodeEntry(decoded)), Buffer.from(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('stands in the order that docs/ledger-format.md gives', () => {
    const order = ['v', 'id', 'kind', 'time', 'epoch', 'commit', 'issuer', 'sealed', 'continues'];
    assert.deepEqual(Object.keys(decode(encodeEntry(sealed)) as object), order);
  });

  it('is refused after any cut', () => {
    const bytes = encodeEntry(sealed);
    for (let size = 0; size < bytes.length; size++) {
      assert.throws(() => decodeEntry(bytes.subarray(0, size)), isFault('ENTRY_NOT_CBOR'), `cut at ${size}`);
    }
  });

  it('has the largest size, and not one octet more', () => {
    const sized = (size: number): Entry => ({ ...sealed, sealed: new Uint8Array(size) });
    const rest = encodeEntry(sized(60_000)).length - 60_000;
    assert.equal(encodeEntry(sized(ENTRY_SIZE_MAX - rest)).length, ENTRY_SIZE_MAX);
    assert.throws(() => encodeEntry(sized(ENTRY_SIZE_MAX - rest + 1)), isFault('ENTRY_TOO_LARGE'));
  });

  it('is none where only plain entries are', () => {
    assert.throws(() => decodePlainEntry(encodeEntry(sealed)), isFault('ENTRY_SEALED'));
  });

  const map = {
    v: 1,
    id: entry.id,
    kind: 'device.blocked',
    time: 1_700_000_000_000,
    epoch: 3,
    commit: new Uint8Array(32),
    issuer: 'hanbit',
    sealed: new Uint8Array(29),
    continues: 7,
  };
  const { epoch: _epoch, ...withoutEpoch } = map;
  const { commit: _commit, ...withoutCommit } = map;
  const { sealed: _sealed, ...withoutSealed } = map;
  for (const [why, hostile, field] of [
    ['without an epoch', withoutEpoch, 'fields'],
    ['in epoch 0', { ...map, epoch: 0 }, 'epoch'],
    ['in an epoch before 0', { ...map, epoch: -1 }, 'epoch'],
    ['in an epoch that is a text', { ...map, epoch: '3' }, 'epoch'],
    ['without a commitment', withoutCommit, 'fields'],
    ['with a commitment of 31 octets', { ...map, commit: new Uint8Array(31) }, 'commit'],
    ['with a commitment of 33 octets', { ...map, commit: new Uint8Array(33) }, 'commit'],
    ['with a commitment that is a text', { ...map, commit: 'c'.repeat(32) }, 'commit'],
    ['with no ciphertext between nonce and tag', { ...map, sealed: new Uint8Array(28) }, 'sealed'],
    ['with a sealed text', { ...map, sealed: 's'.repeat(29) }, 'sealed'],
    ['without what is sealed', withoutSealed, 'fields'],
    ['that continues an index before 0', { ...map, continues: -1 }, 'continues'],
    ['that continues a text', { ...map, continues: '7' }, 'continues'],
    ['with a body as well', { ...map, body: {} }, 'fields'],
    ['with a field that none has', { ...map, reason: 'stolen' }, 'fields'],
    ['with a field that none has instead of its own', { ...withoutEpoch, reason: 'stolen' }, 'epoch'],
    ['of a kind without a point', { ...map, kind: 'blocked' }, 'kind'],
    ['of version 0', { ...map, v: 0 }, 'v'],
    ['without an issuer', { ...map, issuer: '' }, 'issuer'],
    ['with a time before 1970', { ...map, time: -1 }, 'time'],
    ['with a time after the year 9999', { ...map, time: TIME_MS_MAX + 1 }, 'time'],
    ['with a time that no date can name', { ...map, time: 9e15 }, 'time'],
    ['with an identity of 17 octets', { ...map, id: new Uint8Array(17) }, 'id'],
  ] as const) {
    it(`is refused ${why}`, () => {
      assert.deepEqual(faultOf(encode(hostile, rfc8949EncodeOptions)), { code: 'ENTRY_MALFORMED', field });
    });
  }

  it('is refused with its keys in any other order', () => {
    const fields = Object.entries(map);
    for (let place = 1; place < fields.length; place++) {
      const turned = fields.with(place - 1, fields[place]!).with(place, fields[place - 1]!);
      const bytes = encode(Object.fromEntries(turned), { mapSorter: () => 0 });
      assert.deepEqual(faultOf(bytes), { code: 'ENTRY_NOT_CANONICAL' });
    }
  });

  it('is refused with a number in more octets than it needs', () => {
    const bytes = Buffer.from(encodeEntry(sealed)).toString('hex');
    const longer = bytes.replace('6565706f636803', '6565706f63681803');
    assert.notEqual(longer, bytes);
    assert.deepEqual(faultOf(Buffer.from(longer, 'hex')), { code: 'ENTRY_NOT_CBOR' });
  });
});

function decodedOrNothing(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (error instanceof EntryError) return undefined;
    throw error;
  }
}

function faultOf(bytes: Uint8Array): object | undefined {
  try {
    decodeEntry(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof EntryError) return error.facts;
    throw error;
  }
}

/** `deepEqual` tells Buffer from Uint8Array and -0 from 0; an entry does not. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, plain(inner)]));
}

function spliced(bytes: Uint8Array, at: number, octets: Uint8Array): Uint8Array {
  const place = at % bytes.length;
  return Buffer.concat([bytes.subarray(0, place), octets, bytes.subarray(place + octets.length)]);
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof EntryError && error.facts.code === code;
}
