import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../base/fault.ts';
import { MEMBER_NAME_LENGTH_MAX, parseMemberName } from './member-name.ts';

describe('a member’s name', () => {
  for (const name of ['hanbit', 'hub-1', '3', 'a-b-c', 'a'.repeat(MEMBER_NAME_LENGTH_MAX)]) {
    it(`may be ${name}`, () => assert.equal(parseMemberName(name), name));
  }

  for (const text of [
    '',
    '-',
    'a-',
    '-a',
    'a--b',
    'Hanbit',
    '한빛',
    'a b',
    'a.b',
    'a\n',
    'a'.repeat(MEMBER_NAME_LENGTH_MAX + 1),
  ]) {
    it(`may not be ${JSON.stringify(text)}`, () => {
      const parsed = parseMemberName(text);
      assert.ok(parsed instanceof Fault);
      assert.deepEqual(parsed.facts, { code: 'MEMBER_NAME', length: text.length });
    });
  }

  it('is a safe part of a path and of a URL, whatever was tried', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const name = parseMemberName(text);
        if (!(name instanceof Fault)) assert.equal(encodeURIComponent(name), text);
      }),
    );
  });
});
