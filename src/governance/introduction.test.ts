import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TestMember, testMember } from '../../test/support/governance.ts';
import { HandClock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { cosigner } from '../ledger/cosignature.ts';
import { generateLogKey, signingKey } from '../ledger/note-key.ts';
import type { NoteSigner } from '../ledger/note.ts';
import { newIntroduction, parseIntroduction } from './introduction.ts';

const clock = new HandClock();
const signersOf = ({ log, ownLog, governance, witness }: TestMember): NoteSigner[] => [
  log,
  ownLog,
  governance,
  cosigner(witness, clock),
];

describe('an introduction', () => {
  const member = testMember('hanbit');

  it('is read back when every key that it names has signed it', () => {
    assert.deepEqual(parseIntroduction(newIntroduction(member.fields, signersOf(member))), member.fields);
  });

  it('is refused when one key has not, or another one of its name has', () => {
    const all = signersOf(member);
    for (let left = 0; left < all.length; left++) {
      const bytes = newIntroduction(member.fields, all.toSpliced(left, 1));
      assert.equal(codeOf(bytes), 'INTRODUCTION_KEY_NOT_PROVEN');
    }
    const impostor = generateLogKey(member.log.name);
    const forged = { name: impostor.name, keyId: member.log.keyId, sign: (text: Buffer) => impostor.sign(text) };
    assert.equal(codeOf(newIntroduction(member.fields, [forged, ...all.slice(1)])), 'INTRODUCTION_KEY_NOT_PROVEN');
  });

  it('is refused when one key has two roles', () => {
    const voice = signingKey(member.governance.name, member.log.privateKey);
    const fields = { ...member.fields, governanceKey: voice.logKey.vkey };
    assert.equal(codeOf(newIntroduction(fields, [...signersOf(member), voice])), 'GOVERNANCE_KEY_USED');
  });

  it('is refused when it is cut, or another paper', () => {
    const bytes = newIntroduction(member.fields, signersOf(member));
    for (let length = 0; length < bytes.length; length += 7) {
      assert.ok(parseIntroduction(bytes.subarray(0, length)) instanceof Fault, `cut at ${length}`);
    }
    assert.equal(codeOf(Buffer.from('bongsu/governance@v1\n{}\n\n')), 'GOVERNANCE_MALFORMED');
  });
});

function codeOf(bytes: Uint8Array): string | undefined {
  const read = parseIntroduction(bytes);
  return read instanceof Fault ? (read as Fault).facts.code : undefined;
}
