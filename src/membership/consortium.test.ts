import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MEMBERS_MAX } from '../governance/consortium.ts';
import { ConsortiumError, parseConsortium } from './consortium.ts';

const MEMBER = {
  name: 'hanbit',
  roles: ['operator'],
  logKey: 'log.hanbit.example/shared+0000000a+QUFB',
  url: 'http://127.0.0.1:1',
};
const OTHER = { ...MEMBER, name: 'narae', logKey: 'log.narae.example/shared+0000000b+QkJC' };

test('members keep their order and their fields', () => {
  const { members } = parseConsortium({ name: 'korea', members: [MEMBER, OTHER] });
  assert.deepEqual(
    members.map(({ name }) => name),
    ['hanbit', 'narae'],
  );
  assert.deepEqual(members[0], MEMBER);
});

for (const [field, value] of [
  ['', null],
  ['name', { members: [MEMBER] }],
  ['members', { name: 'korea', members: [] }],
  ['members[0]', { name: 'korea', members: ['hanbit'] }],
  ['members[0].name', { name: 'korea', members: [{ ...MEMBER, name: 'Hanbit' }] }],
  ['members[0].roles', { name: 'korea', members: [{ ...MEMBER, roles: ['king'] }] }],
  ['members[0].logKey', { name: 'korea', members: [{ ...MEMBER, logKey: '' }] }],
  ['members[0].url', { name: 'korea', members: [{ ...MEMBER, url: 'http://127.0.0.1:1/' }] }],
  ['members[0].logKey', { name: 'korea', members: [{ ...MEMBER, logKey: 'log.hanbit.example/shared' }] }],
  ['members[1].name', { name: 'korea', members: [MEMBER, { ...OTHER, name: 'hanbit' }] }],
  ['members[1].logKey name', { name: 'korea', members: [MEMBER, { ...OTHER, logKey: MEMBER.logKey }] }],
] as const) {
  test(`CONSORTIUM_MALFORMED names '${field}'`, () => {
    assert.throws(
      () => parseConsortium(value),
      (error) => error instanceof ConsortiumError && 'field' in error.facts && error.facts.field === field,
    );
  });
}

test('a consortium has so many members at most, and not one more', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...MEMBER, name: `m${n}`, logKey: `k${n}+00000000+${n + 1000}` }));
  assert.equal(parseConsortium({ name: 'large', members: many(MEMBERS_MAX) }).members.length, MEMBERS_MAX);
  assert.throws(() => parseConsortium({ name: 'large', members: many(MEMBERS_MAX + 1) }), ConsortiumError);
});

test('whatever a file holds, it is a consortium or a fault', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        parseConsortium(value);
      } catch (error) {
        assert.ok(error instanceof ConsortiumError);
      }
    }),
  );
});
