/**
 * Seeded Korean texts with ground truth: ten families, six of them hostile, and the disguises that spammers use. All of
 * it is made up: it stands in for traffic, and no figure measured on it is a promise about traffic.
 */

/** `{url}` and `{number}` are new in every text of a family. */
export const FAMILIES = {
  loan: '[Web발신] 고객님은 정부지원 저금리 대출 대상자입니다. 최대 1억원까지 당일 승인 가능하며 무직자도 신청하실 수 있습니다. 상담신청 {url} 문의 {number}',
  gambling:
    '신규가입 첫충전 30% 매충전 15% 지급! 안전한 놀이터 먹튀 보증업체 실시간 스포츠 카지노 바로접속 {url} 가입코드 {number}',
  stocks:
    '(광고) 이번주 급등 예정 종목 무료로 공개합니다. 수익률 300% 달성한 전문가의 추천주를 단톡방에서 받아보세요 입장 {url} 비밀번호 {number}',
  parcel:
    '[국제발신] 고객님의 택배가 주소 불일치로 반송 예정입니다. 아래 링크에서 주소를 확인하고 배송을 다시 신청하시기 바랍니다 {url} 운송장 {number}',
  publicBody:
    '[건강보험공단] 건강검진 결과 통지서가 발송되었습니다. 내용을 확인하지 않으시면 과태료가 부과될 수 있습니다. 확인하기 {url} 접수번호 {number}',
  dad: '아빠 나 휴대폰 액정이 깨져서 수리 맡겼어. 지금 임시 번호로 보내는 거니까 이 번호로 카톡 추가해줘 급하게 부탁할 게 있어 {url} {number}',
  sale: '(광고) 가을맞이 전품목 반값 할인! 이번 주말 단 이틀간 매장과 온라인몰에서 함께 진행합니다. 회원님께는 추가 쿠폰을 드려요 {url} 무료수신거부 {number}',
  code: '[해오름은행] 본인확인을 위한 인증번호는 [{number}]입니다. 은행 직원은 인증번호를 묻지 않으니 타인에게 절대로 알려주지 마십시오. 안내 {url}',
  booking:
    '[푸른치과] 내일 오후 3시 진료 예약이 있습니다. 변경이나 취소를 원하시면 병원으로 연락 주시기 바랍니다. 오시는 길 {url} 전화 {number}',
  bill: '[한결도시가스] 이번 달 요금 청구서가 도착했습니다. 납부 기한은 말일까지이며 자동이체 고객은 별도로 납부하지 않으셔도 됩니다. 상세 {url} 고객번호 {number}',
} as const;
export type Family = keyof typeof FAMILIES;

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const SEPARATORS = ['.', ' ', '·', '-', '_', '\u200B', '*'];
/** Vowels by their place in a syllable, and what they are swapped for: ㅐ↔ㅔ, ㅗ→ㅛ, ㅜ→ㅠ, ㅓ→ㅕ. */
const SWAPS: Readonly<Record<number, number>> = { 1: 5, 5: 1, 8: 12, 13: 17, 4: 6 };

/** One text of a family: vowels swapped and separators put in with these chances per syllable, a new address and number. */
export function variant(family: Family, random: () => number, { swap = 0.12, separator = 0.12 } = {}): string {
  const filled = FAMILIES[family]
    .replace('{url}', () => `${pick(['bit.ly', 'me2.do', 'han.gl', 'abit.ly'], random)}/${shortCode(random)}`)
    .replace('{number}', () => String(10_000_000 + Math.floor(random() * 90_000_000)));
  return filled
    .split('')
    .map((character) => {
      const swapped = random() < swap ? swapVowel(character) : character;
      return isSyllable(character) && random() < separator ? swapped + pick(SEPARATORS, random) : swapped;
    })
    .join('');
}

export function pick<T>(choices: readonly T[], random: () => number): T {
  return choices[Math.floor(random() * choices.length)]!;
}

function shortCode(random: () => number): string {
  return Array.from({ length: 7 }, () => LETTERS.charAt(Math.floor(random() * LETTERS.length))).join('');
}

function isSyllable(character: string): boolean {
  return character >= '가' && character <= '힣';
}

function swapVowel(character: string): string {
  if (!isSyllable(character)) return character;
  const place = character.charCodeAt(0) - 0xac00;
  const vowel = Math.floor((place % (21 * 28)) / 28);
  return String.fromCharCode(character.charCodeAt(0) + ((SWAPS[vowel] ?? vowel) - vowel) * 28);
}
