import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FAMILIES, type Family, variant } from '../../test/support/spam-texts.ts';
import { TEXT_LENGTH_MAX } from './comparison-key.ts';
import { distance, FINGERPRINT, fingerprint, LIKENESS_LENGTH_MIN, NO_FINGERPRINT } from './fingerprint.ts';
import { seededRandom } from '../base/seeded-random.ts';

describe('a fingerprint', () => {
  it('is 16 hexadecimal digits of any text at all, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        assert.match(fingerprint(text), FINGERPRINT);
        assert.equal(fingerprint(text), fingerprint(text));
      }),
    );
  });

  it('is part of what members tell each other: these never change', () => {
    assert.equal(fingerprint(''), NO_FINGERPRINT);
    assert.deepEqual(
      VECTORS.map(([text]) => fingerprint(text)),
      VECTORS.map(([, expected]) => expected),
    );
  });

  it('does not change with what is dropped: case, signs, what nobody sees, the address, the number', () => {
    const text = '[Web발신] 급전 당일 대출 상담 접수 중 bit.ly/3xYz1Ab 문의 010-1234-5678 지금 바로 연락';
    const same =
      '[WEB발신]급전·당일 대 출 상담 접수 중 https://me2.do/Q7?a=1 문의 ０１０.9876.5432 지\u200B금 바로 연락!!';
    assert.equal(fingerprint(same), fingerprint(text));
  });

  it('of a text that is nearly nothing is near to nothing', () => {
    for (const nothing of ['', ' ', '!!! ***', '\u200B\u3164\uFFA0', '\uD800']) {
      assert.equal(fingerprint(nothing), NO_FINGERPRINT);
    }
  });

  it('of a short text is of that text exactly, up to the length that a likeness can rest on', () => {
    const short = 'ab'.repeat(LIKENESS_LENGTH_MIN).slice(0, LIKENESS_LENGTH_MIN - 1);
    assert(distance(fingerprint(short), fingerprint(`${short.slice(0, -1)}z`)) > 16);
    assert(distance(fingerprint(`${short}a`), fingerprint(`${short}z`)) <= 16);
  });

  it('has distances as bits have: none to itself, the same both ways, at most 64', () => {
    const print = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0'));
    fc.assert(
      fc.property(print, print, (one, other) => {
        const bits = (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length;
        assert.deepEqual([distance(one, other), distance(other, one), distance(one, one)], [bits, bits, 0]);
      }),
    );
  });
});

describe('texts of a seeded generator, vowels swapped and separated at 12 % of the syllables', () => {
  const random = seededRandom(7);
  const families = Object.keys(FAMILIES) as Family[];
  const prints = families.map((family) => Array.from({ length: 40 }, () => fingerprint(variant(family, random))));
  const distances = (one: readonly string[], other: readonly string[]): number[] =>
    one.flatMap((print, place) => (one === other ? one.slice(place + 1) : other).map((near) => distance(print, near)));

  it('are near within a template and far between two', (context) => {
    const same = prints.flatMap((print) => distances(print, print)).toSorted((one, other) => one - other);
    const different = prints
      .flatMap((print, place) => prints.slice(place + 1).flatMap((other) => distances(print, other)))
      .toSorted((one, other) => one - other);
    const figures = { sameP50: at(same, 0.5), sameP95: at(same, 0.95), differentP1: at(different, 0.01) };
    context.diagnostic(JSON.stringify({ ...figures, differentP50: at(different, 0.5) }));
    assert(figures.sameP50 <= 9 && figures.sameP95 <= 16, JSON.stringify(figures));
    assert(figures.differentP1 >= 20, JSON.stringify(figures));
  });
});

describe('one-time codes', () => {
  const FIRMS = [
    '한빛은행',
    '나래카드',
    '두루페이',
    '사쿠라쇼핑',
    '해오름은행',
    '푸른치과',
    '가온몰',
    'Duru',
    '한빛증권',
  ];
  const WORDINGS: readonly (readonly [name: string, text: (firm: string, code: number) => string])[] = [
    ['the shortest', (firm, code) => `[${firm}] 인증번호 [${code}]를 입력해 주세요.`],
    [
      'a warning',
      (firm, code) => `[Web발신]\n[${firm}] 본인확인 인증번호(${code})를 입력하세요. 타인에게 절대 알려주지 마세요.`,
    ],
    [
      'polite',
      (firm, code) => `[${firm}] 본인확인을 위한 인증번호는 [${code}]입니다. 타인에게 절대로 알려주지 마십시오.`,
    ],
    ['terse', (firm, code) => `[${firm}] 인증번호[${code}] 타인유출/사칭금지!`],
    ['English', (firm, code) => `[${firm}] Your verification code is ${code}. Do not share it with anyone.`],
  ];
  for (const [name, text] of WORDINGS) {
    it(`of different firms are not alike, the same firm's are one: ${name}`, () => {
      const prints = FIRMS.map((firm) => fingerprint(text(firm, 482_913)));
      prints.forEach((print, place) => {
        assert.equal(print, fingerprint(text(FIRMS[place]!, 103_377)));
        for (const other of prints.slice(place + 1)) assert(distance(print, other) > 16);
      });
    });
  }
});

describe('hostile texts cost no more than their length', () => {
  const LENGTH = 1024 * 1024;
  const HOSTILE: Readonly<Record<string, string>> = {
    'a megabyte of Hangul': '뷁'.repeat(LENGTH),
    'what nobody sees': '\u200B'.repeat(LENGTH),
    'half surrogate pairs': '\uD83D'.repeat(LENGTH),
    'one ligature that NFKC makes 18 letters of': '\uFDFA'.repeat(LENGTH),
    'combining marks on one letter': `a${'\u0316\u0301'.repeat(LENGTH / 2)}`,
    'dots that might be a host': 'a.'.repeat(LENGTH / 2),
    'schemes without end': 'http://'.repeat(LENGTH / 7),
    'a word without end': 'a'.repeat(LENGTH),
    'digits without end': '1'.repeat(LENGTH),
    'spaces where a pattern may look for one': `인증${' '.repeat(LENGTH)}번호`,
    'the beginning of frame words': '본인 타인 유출 '.repeat(LENGTH / 9),
  };
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(name, { timeout: 5_000 }, () => assert.match(fingerprint(text), FINGERPRINT));
  }

  it('and what stands after the limit is not looked at', () => {
    const limit = '.'.repeat(TEXT_LENGTH_MAX - 1);
    assert.notEqual(fingerprint(`${limit}a`), NO_FINGERPRINT);
    assert.equal(fingerprint(`${limit}.a`), NO_FINGERPRINT);
  });
});

const VECTORS: readonly (readonly [text: string, expected: string])[] = [
  ['대출문의', 'e6866e3f4d92652e'],
  ['Hello', 'a7be70e5e38581aa'],
  [FAMILIES.loan, 'bfd11140ccf941a1'],
  [FAMILIES.code, '563a19cd1bf20366'],
];

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}
