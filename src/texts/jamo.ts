/**
 * One alphabet for all that Hangul is written with: a syllable block, conjoining jamo (U+1100…), whether they lead or
 * trail, and compatibility jamo (U+3131…) all become the same simple letters. Compound letters are split as they are
 * typed: ㅢ is ㅡㅣ, ㅘ is ㅗㅏ, ㄳ is ㄱㅅ, ㄲ is ㄱㄱ.
 */
const LEADING = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const VOWELS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ';
const TRAILING = 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';
const COMPOUND = new Map(
  'ㄲㄱㄱ ㄳㄱㅅ ㄵㄴㅈ ㄶㄴㅎ ㄸㄷㄷ ㄺㄹㄱ ㄻㄹㅁ ㄼㄹㅂ ㄽㄹㅅ ㄾㄹㅌ ㄿㄹㅍ ㅀㄹㅎ ㅃㅂㅂ ㅄㅂㅅ ㅆㅅㅅ ㅉㅈㅈ ㅘㅗㅏ ㅙㅗㅐ ㅚㅗㅣ ㅝㅜㅓ ㅞㅜㅔ ㅟㅜㅣ ㅢㅡㅣ'
    .split(' ')
    .map((entry) => [entry.charAt(0), entry.slice(1)]),
);

const SYLLABLE_FIRST = 0xac00;
const SYLLABLE_LAST = 0xd7a3;
const JAMO_FIRST = 0x1100;
const JAMO_LAST = 0x11ff;
const COMPATIBILITY_FIRST = 0x3131;
const COMPATIBILITY_LAST = 0x3163;
/** Letters of the longest: 뷁 has ㅂ, ㅜㅔ, ㄹㄱ. */
export const LETTERS_MAX = 6;

const split = (letters: string): readonly (readonly number[])[] =>
  letters.split('').map((letter) => (COMPOUND.get(letter) ?? letter).split('').map((simple) => simple.charCodeAt(0)));
const leading = split(LEADING);
const vowels = split(VOWELS);
const trailing = [[], ...split(TRAILING)];

const single = new Map<number, readonly number[]>([
  ...leading.map((letters, place) => [JAMO_FIRST + place, letters] as const),
  ...vowels.map((letters, place) => [0x1161 + place, letters] as const),
  ...trailing.slice(1).map((letters, place) => [0x11a8 + place, letters] as const),
  ...(LEADING + VOWELS + TRAILING).split('').map((letter) => [letter.charCodeAt(0), split(letter)[0]!] as const),
]);

/** The letters of a syllable, by its place: made when it is first met, as a text of Korean uses a few hundred. */
const syllables: (readonly number[] | undefined)[] = Array.from({ length: SYLLABLE_LAST - SYLLABLE_FIRST + 1 });

/** The simple letters of a code unit of Hangul, or undefined for anything else. */
export function lettersOf(unit: number): readonly number[] | undefined {
  if (unit >= SYLLABLE_FIRST && unit <= SYLLABLE_LAST) {
    const place = unit - SYLLABLE_FIRST;
    return (syllables[place] ??= splitSyllable(place));
  }
  const isJamo =
    (unit >= JAMO_FIRST && unit <= JAMO_LAST) || (unit >= COMPATIBILITY_FIRST && unit <= COMPATIBILITY_LAST);
  return isJamo ? single.get(unit) : undefined;
}

/** The Unicode Standard, 3.12: a syllable's place tells its leading, vowel and trailing letter. */
function splitSyllable(place: number): readonly number[] {
  const vowelPlaces = vowels.length * trailing.length;
  return [
    ...leading[Math.floor(place / vowelPlaces)]!,
    ...vowels[Math.floor((place % vowelPlaces) / trailing.length)]!,
    ...trailing[place % trailing.length]!,
  ];
}
