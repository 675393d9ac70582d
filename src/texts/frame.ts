/** What names a one-time code. Patterns are of folded text: NFKC, lower case. */
const CODE_LABEL =
  String.raw`(?:인증|승인)\s?번호[은는을를]?|(?:인증|확인|보안)\s?코드[은는을를]?|` + 'verification code|otp';
/** The wording around a one-time code, which all firms share. */
const WORDING = [
  'web발신',
  String.raw`본인\s?(?:확인|인증)[은는을를]?`,
  '타인(?:에게)?',
  String.raw`(?:노출|유출|사칭)\s?금지`,
  '절대로?',
  '(?:알려|공유|노출|유출|전달)(?:하|주)?지',
  '(?:마|주|하)(?:세요|십시오|시기)',
  '말아',
  '입력해?',
  '화면에',
  '위한|위해',
  '입니다',
  String.raw`유효\s?시간`,
  '이내|안에',
  'your|do not share|never share|with anyone',
];
const LABELLED = new RegExp(CODE_LABEL);
const FRAME = new RegExp([CODE_LABEL, ...WORDING].join('|'), 'g');

/**
 * Of a text that bears a one-time code: what is left without the wording that all firms share. Other texts are left as
 * they are. Linear: no pattern repeats anything.
 */
export function withoutFrame(folded: string): string {
  return LABELLED.test(folded) ? folded.replace(FRAME, ' ') : folded;
}
