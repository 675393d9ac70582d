import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { comparisonKey, KEY_LENGTH_MAX } from './comparison-key.ts';
import { lettersOf } from './jamo.ts';

describe('disguises of one word have one key', () => {
  const KEY = 'ㄷㅐㅊㅜㄹㅁㅜㄴㅇㅡㅣ';
  const DISGUISES: Readonly<Record<string, string>> = {
    'as it is': '대출문의',
    'split into letters': 'ㄷㅐㅊㅜㄹㅁㅜㄴㅇㅢ',
    'half-width letters': '\uFFA7\uFFC3\uFFBA\uFFD3\uFFA9\uFFB1\uFFD3\uFFA4\uFFB7\uFFDB',
    'dots between letters': 'ㄷ.ㅐ.ㅊ.ㅜ.ㄹ.ㅁ.ㅜ.ㄴ.ㅇ.ㅢ',
    'half-width letters with dots': '\uFFA7.\uFFC3.\uFFBA.\uFFD3.\uFFA9.\uFFB1.\uFFD3.\uFFA4.\uFFB7.\uFFDB',
    'separators between syllables': '대.출 문*의',
    'fillers and what nobody sees': '대\u3164출\uFFA0문\u200B의\u115F',
    'blocks and letters mixed': '대ㅊㅜㄹ문ㅇㅢ',
    'conjoining letters': '\u1103\u1162\u110E\u116E\u11AF\u1106\u116E\u11AB\u110B\u1174',
    'conjoining letters apart': '\u1103-\u1162-\u110E-\u116E-\u11AF-\u1106-\u116E-\u11AB-\u110B-\u1174',
  };
  for (const [name, text] of Object.entries(DISGUISES)) {
    it(name, () => assert.equal(comparisonKey(text), KEY));
  }

  it('circled letters too', () => assert.equal(comparisonKey('㉢ㅐ㉧'), comparisonKey('대ㅇ')));

  it('any text of syllables, split as it is typed and with any separators', () => {
    const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((unit) => String.fromCharCode(unit));
    const separator = fc.constantFrom('', '.', ' ', '·', '-', '_', '\u200B', '*', '~', '\u3164');
    fc.assert(
      fc.property(fc.array(fc.tuple(syllable, fc.boolean(), separator), { maxLength: 40 }), (parts) => {
        const plain = parts.map(([block]) => block).join('');
        const disguised = parts.map(([block, isSplit, after]) => (isSplit ? splitBlock(block, after) : block + after));
        assert.equal(comparisonKey(disguised.join('')), comparisonKey(plain));
        assert.equal(comparisonKey(plain.normalize('NFD')), comparisonKey(plain));
      }),
    );
  });
});

describe('what varies from text to text becomes a placeholder', () => {
  const CASES: readonly (readonly [text: string, key: string])[] = [
    ['bit.ly/3xYz', 'U'],
    ['https://a-b.example.kr:8080/x?y=1#z', 'U'],
    ['hxxp://a[.]com', 'Ucom'],
    ['ｂｉｔ．ｌｙ／３ｘ', 'U'],
    ['가bit.ly/3xY나', 'ㄱㅏUㄴㅏ'],
    ['(a.co.kr)', 'U'],
    ['see a.co.kr.', 'seeU'],
    ['2.5', '25'],
    ['A.M', 'am'],
    ['a..kr', 'akr'],
    ['.kr', 'kr'],
    ['010-1234-5678', 'N'],
    ['1234', 'N'],
    ['123', '123'],
    ['①②③④', 'N'],
    ['1 2 3 4가', 'Nㄱㅏ'],
    ['30% 15%', 'N'],
    ['𝐛𝐢𝐭.𝐥𝐲', 'U'],
  ];
  for (const [text, key] of CASES) it(text, () => assert.equal(comparisonKey(text), key));
});

describe('a key', () => {
  it('never throws, holds letters alone, and has a limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        assert.match(comparisonKey(text), /^[\p{L}\p{N}]*$/u);
      }),
    );
    assert.equal(comparisonKey('가'.repeat(KEY_LENGTH_MAX / 2)).length, KEY_LENGTH_MAX);
    assert.equal(comparisonKey(`${'가'.repeat(KEY_LENGTH_MAX / 2)}나`).length, KEY_LENGTH_MAX);
  });

  it('splits each of the 11,172 syllables into simple letters that no two others share', () => {
    const splits = new Set<string>();
    for (let unit = 0xac00; unit <= 0xd7a3; unit++) splits.add(String.fromCodePoint(...lettersOf(unit)!));
    // What is typed alike is one: 갂 and 각ㄱ, 와 and 오ㅏ. Syllables alone stay apart but for those.
    assert.equal(splits.size, 11_172);
  });
});

function splitBlock(block: string, separator: string): string {
  return (
    lettersOf(block.charCodeAt(0))!
      .map((letter) => String.fromCharCode(letter))
      .join(separator) + separator
  );
}
