import { randomInt } from 'node:crypto';

/** What an unasked-for loan is advertised with; an offer takes some of it, so that each telling has a message of its own. */
const PHRASES = [
  '급전 필요하신 분',
  '당일 대출 가능',
  '무담보 무보증',
  '신용 등급 상관없음',
  '직장인 주부 환영',
  '연체자도 가능합니다',
  '최대 오천만원까지',
  '서류 없이 간편하게',
  '방문 없이 전화 한 통',
  '금리 부담 없이',
  '비밀 보장 약속',
  '오늘 신청 오늘 입금',
  '소액부터 고액까지',
  '기존 대출 통합 상담',
  '사업자 자금 지원',
  '전국 어디서나 상담',
  '이자 첫 달 면제',
  '한도 조회 무료',
];
const PHRASES_OF_AN_OFFER = 4;
/** Made-up names, of so many syllables each, set every message apart from those of earlier tellings. */
const NAMES_OF_AN_OFFER = 3;
const NAME_SYLLABLES = 9;
/** Hangul syllables in Unicode: from 가, so many. */
const FIRST_SYLLABLE = 0xac00;
const SYLLABLES = 11_172;

/** A message as a spammer would write it. */
export function newOffer(): string {
  const left = [...PHRASES];
  const taken = Array.from({ length: PHRASES_OF_AN_OFFER }, () => left.splice(randomInt(left.length), 1)[0]!);
  const names = Array.from({ length: NAMES_OF_AN_OFFER }, newName);
  return [...names, ...taken].join(' ');
}

function newName(): string {
  const syllables = Array.from({ length: NAME_SYLLABLES }, () => FIRST_SYLLABLE + randomInt(SYLLABLES));
  return String.fromCodePoint(...syllables);
}

/** The same message in the dress that spammers give it: separators, split jamo, invisible characters, another number. */
export function disguisesOf(offer: string): string[] {
  return [
    `${offer} 010-0000-1234`,
    `${offer.replaceAll('대출', '대.출').replaceAll('금', '금-')} 010-0000-5678`,
    `${offer.replaceAll('대출', 'ㄷㅐㅊㅜㄹ').replaceAll('상담', 'ㅅㅏㅇㄷㅏㅁ')} 010-0000-9012`,
    `${offer.split('').join('\u200b')} 010-0000-3456`,
  ];
}
