import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { POLICY, testMember, testSealingKey, WRAP } from '../../test/support/governance.ts';
import { Fault } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { generateWitnessKey } from '../ledger/cosignature.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import { canonicalJson, type Json, JSON_DEPTH_MAX, parseCanonicalJson } from './canonical-json.ts';
import { type Change, CHANGE_KINDS, changeJson, parseChange } from './change.ts';
import {
  ANCHOR_SECONDS_MAX,
  ANCHOR_SECONDS_MIN,
  CERTIFICATES_MAX,
  THRESHOLD_MAX,
  URL_LENGTH_MAX,
  WITNESS_KEYS_MAX,
  WRAP_LENGTH_MAX,
} from './fields.ts';

const duru = 'duru' as MemberName;
const sample = testMember('sakura', ['register'], { certificates: ['a'.repeat(64)] });
const logKey = { vkey: sample.log.logKey.vkey, fromSize: 3, toSize: 4 };
const wraps = new Map([[duru, WRAP]]);
const EXAMPLES: readonly Change[] = [
  { kind: 'member.admitted', member: sample.fields },
  { kind: 'member.suspended', member: duru, logSize: 0 },
  { kind: 'member.removed', member: duru, logSize: Number.MAX_SAFE_INTEGER },
  { kind: 'member.reinstated', member: duru },
  { kind: 'member.roles', member: duru, roles: ['hub', 'regulator'] },
  { kind: 'member.url', member: duru, url: 'http://127.0.0.1:7101' },
  { kind: 'member.keys', member: duru, keys: { log: logKey, certificates: [] } },
  { kind: 'member.keys', member: duru, keys: { witness: [sample.witness.witnessKey.vkey], sealing: testSealingKey() } },
  { kind: 'keeper.changed', member: duru, log: logKey },
  { kind: 'epoch.opened', number: 2, keyDigest: 'b'.repeat(64), wraps },
  { kind: 'epoch.granted', number: 1, wraps },
  { kind: 'epoch.ended', number: 1, restated: new Map([[duru, 17]]) },
  { kind: 'budget.set', member: duru },
  { kind: 'budget.set', member: duru, budget: POLICY.budgetFloor },
  { kind: 'policy.set', policy: POLICY },
];

describe('a change', () => {
  it('of every kind is read back from its canonical JSON', () => {
    assert.deepEqual(new Set(EXAMPLES.map(({ kind }) => kind)), new Set(CHANGE_KINDS));
    for (const change of EXAMPLES) {
      const text = canonicalJson(changeJson(change));
      assert.deepEqual(parseChange(parseCanonicalJson(text)), change, text);
    }
  });

  it('with a field more, or a field less, is refused by its place', () => {
    for (const change of EXAMPLES) {
      const json = changeJson(change) as Record<string, unknown>;
      assert.deepEqual(factsOf({ ...json, other: 1 }), ['GOVERNANCE_MALFORMED', 'change.other'], change.kind);
      for (const name of Object.keys(json)) {
        if (name === 'budget') continue;
        const { [name]: _, ...rest } = json;
        assert.deepEqual(factsOf(rest), ['GOVERNANCE_MALFORMED', `change.${name}`], change.kind);
      }
    }
  });

  it('never throws, whatever it is read from', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => parseChange(value) instanceof Fault));
    const kinds = fc.constantFrom(...CHANGE_KINDS);
    const fields = fc.dictionary(
      fc.constantFrom('member', 'logSize', 'keys', 'wraps', 'number', 'policy'),
      fc.jsonValue(),
    );
    fc.assert(fc.property(kinds, fields, (kind, rest) => void parseChange({ ...rest, kind })));
  });

  const member = { ...sample.fields };
  const keys = (more: object): object => ({ kind: 'member.keys', member: 'duru', keys: more });
  const witnesses = Array.from(
    { length: WITNESS_KEYS_MAX + 1 },
    () => generateWitnessKey('witness.duru.example').witnessKey.vkey,
  );
  const digests = Array.from({ length: CERTIFICATES_MAX + 1 }, (_, i) => i.toString(16).padStart(64, '0'));
  const hostile: readonly (readonly [why: string, value: unknown, field: string])[] = [
    ['no object', 'member.roles', 'change'],
    ['a list', [], 'change'],
    ['an unknown kind', { kind: 'member.crowned', member: 'duru' }, 'change.kind'],
    ['a kind of the prototype', { kind: 'toString' }, 'change.kind'],
    ['a name in capitals', { kind: 'member.reinstated', member: 'Duru' }, 'change.member'],
    ['a role twice', { kind: 'member.roles', member: 'duru', roles: ['hub', 'hub'] }, 'change.roles'],
    ['an unknown role', { kind: 'member.roles', member: 'duru', roles: ['king'] }, 'change.roles'],
    ['an address with a slash', { kind: 'member.url', member: 'duru', url: 'https://a.example/' }, 'change.url'],
    ['an address of another scheme', { kind: 'member.url', member: 'duru', url: 'file:///etc' }, 'change.url'],
    ['an address with a line feed', { kind: 'member.url', member: 'duru', url: 'https://a.example/\nb' }, 'change.url'],
    ['a negative size', { kind: 'member.removed', member: 'duru', logSize: -1 }, 'change.logSize'],
    ['a size that is no integer', { kind: 'member.removed', member: 'duru', logSize: 1.5 }, 'change.logSize'],
    ['a size as text', { kind: 'member.removed', member: 'duru', logSize: '1' }, 'change.logSize'],
    ['a size past 2^53-1', { kind: 'member.removed', member: 'duru', logSize: 2 ** 53 }, 'change.logSize'],
    ['no key at all', keys({}), 'change.keys'],
    ['a witness key as a log’s', keys({ log: { ...logKey, vkey: witnesses[0] } }), 'change.keys.log.vkey'],
    ['a log’s key as a witness’s', keys({ witness: [sample.log.logKey.vkey] }), 'change.keys.witness[0]'],
    ['no witness key', keys({ witness: [] }), 'change.keys.witness'],
    ['a witness key twice', keys({ witness: [witnesses[0], witnesses[0]] }), 'change.keys.witness'],
    ['too many witness keys', keys({ witness: witnesses }), 'change.keys.witness'],
    ['too many certificates', keys({ certificates: digests }), 'change.keys.certificates'],
    ['a sealing key of 31 octets', keys({ sealing: Buffer.alloc(31, 1).toString('base64') }), 'change.keys.sealing'],
    ['a sealing key of zeros', keys({ sealing: Buffer.alloc(32).toString('base64') }), 'change.keys.sealing'],
    [
      'a vkey whose key ID is another’s',
      {
        kind: 'member.admitted',
        member: { ...member, logKey: member.logKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+') },
      },
      'change.member.logKey',
    ],
    ['no size', { kind: 'epoch.ended', number: 1, restated: { duru: -1 } }, 'change.restated.duru'],
    ['epoch 0', { kind: 'epoch.ended', number: 0 }, 'change.number'],
    [
      'a digest in capitals',
      { kind: 'epoch.opened', number: 2, keyDigest: 'B'.repeat(64), wraps: { duru: WRAP } },
      'change.keyDigest',
    ],
    ['no wrapped key', { kind: 'epoch.granted', number: 1, wraps: {} }, 'change.wraps'],
    ['a wrapped key that is none', { kind: 'epoch.granted', number: 1, wraps: { duru: 'a.b' } }, 'change.wraps.duru'],
    [
      'a wrapped key that is too long',
      { kind: 'epoch.granted', number: 1, wraps: { duru: `${WRAP}${'A'.repeat(WRAP_LENGTH_MAX)}` } },
      'change.wraps.duru',
    ],
    ['a wrapped key for no name', { kind: 'epoch.granted', number: 1, wraps: { 'a b': WRAP } }, 'change.wraps.a b'],
    ['k of 0', { kind: 'policy.set', policy: { ...POLICY, threshold: 0 } }, 'change.policy.threshold'],
    [
      'k above what a note holds',
      { kind: 'policy.set', policy: { ...POLICY, threshold: THRESHOLD_MAX + 1 } },
      'change.policy.threshold',
    ],
    ['a budget of null', { kind: 'budget.set', member: 'duru', budget: null }, 'change.budget'],
  ];
  for (const [why, value, field] of hostile) {
    it(`is refused: ${why}`, () => assert.deepEqual(factsOf(value), ['GOVERNANCE_MALFORMED', field]));
  }

  it('takes each limit, and nothing past it', () => {
    assert.ok(!(parseChange(keys({ witness: witnesses.slice(1) })) instanceof Fault));
    assert.ok(!(parseChange(keys({ certificates: digests.slice(1) })) instanceof Fault));
    assert.ok(!(parseChange({ kind: 'policy.set', policy: { ...POLICY, threshold: THRESHOLD_MAX } }) instanceof Fault));
    const wrap = WRAP + 'A'.repeat(WRAP_LENGTH_MAX - WRAP.length);
    assert.ok(!(parseChange({ kind: 'epoch.granted', number: 1, wraps: { duru: wrap } }) instanceof Fault));
    const address = (length: number): object => ({
      kind: 'member.url',
      member: 'duru',
      url: `https://${'a'.repeat(length - 'https://'.length)}`,
    });
    assert.ok(!(parseChange(address(URL_LENGTH_MAX)) instanceof Fault));
    assert.ok(parseChange(address(URL_LENGTH_MAX + 1)) instanceof Fault);
    for (const [seconds, isTaken] of [
      [ANCHOR_SECONDS_MIN, true],
      [ANCHOR_SECONDS_MIN - 1, false],
      [ANCHOR_SECONDS_MAX, true],
      [ANCHOR_SECONDS_MAX + 1, false],
    ] as const) {
      const read = parseChange({ kind: 'policy.set', policy: { ...POLICY, anchorIntervalSeconds: seconds } });
      assert.equal(!(read instanceof Fault), isTaken, `${seconds} s`);
    }
    const { vkey } = generateLogKey('log.duru.example/shared').logKey;
    assert.ok(!(parseChange(keys({ log: { vkey, fromSize: 0, toSize: 0 } })) instanceof Fault));
  });
});

describe('canonical JSON', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

  it('is read back, in one form only', () => {
    const values = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value);
        // A negative zero is written as zero.
        assert.equal(canonicalJson(parseCanonicalJson(text)!), text);
      }),
    );
  });

  for (const text of [
    '',
    'x',
    'null',
    '1.5',
    '1.0',
    '1e3',
    '-0',
    '9007199254740992',
    ' 1',
    '1\n',
    '{"a":1,"a":1}',
    '{"b":1,"a":1}',
    '{"a": 1}',
    String.raw`"\u0061"`,
    String.raw`"\/"`,
    String.raw`"\ud800"`,
    '{"__proto__":null}',
    nested(JSON_DEPTH_MAX + 2),
    nested(30_000),
  ]) {
    it(`is not: ${text.slice(0, 24)}`, () => assert.equal(parseCanonicalJson(text), undefined));
  }

  it('nests as deep as its limit', () => assert.ok(parseCanonicalJson(nested(JSON_DEPTH_MAX + 1)) !== undefined));
});

function factsOf(value: unknown): [code: string, field: string | undefined] {
  const read = parseChange(value);
  assert.ok(read instanceof Fault);
  const { facts } = read;
  return [facts.code, facts.code === 'GOVERNANCE_MALFORMED' ? facts.field : undefined];
}
