export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KOREAN = {
  stepUpTitle: '결제 본인 확인',
  stepUpIntro: '아래 결제를 직접 요청하셨는지 확인해 주세요. 휴대폰의 지문, 얼굴 또는 잠금 암호로 확인합니다.',
  merchant: '판매처',
  amount: '금액',
  item: '내용',
  confirm: '본인 확인하고 결제하기',
  decline: '내가 요청한 결제가 아닙니다',
  warning: '문자나 전화로 받은 인증번호를 요구하는 사람에게 알려주지 마세요. 이 화면은 인증번호를 묻지 않습니다.',
  confirmed: '확인되었습니다. 판매처 화면으로 돌아가세요.',
  declined: '결제를 거절했습니다. 청구되지 않습니다.',
  failed: '확인하지 못했습니다. 다시 시도하거나 고객센터 114로 문의하세요.',
  goneTitle: '확인할 결제가 없습니다',
  gone: '이미 처리되었거나 시간이 지난 결제입니다.',
  enrolTitle: '결제 확인용 패스키 등록',
  enrolIntro: '대리점에서 받은 등록 코드를 입력하고, 휴대폰의 지문, 얼굴 또는 잠금 암호로 등록하세요.',
  code: '등록 코드',
  enrol: '패스키 등록',
  enrolled: '등록되었습니다.',
  enrolFailed: '등록하지 못했습니다. 코드를 확인하거나 대리점에 문의하세요.',
  help: '도움이 필요하시면 24시간 전화하세요:',
  other: 'English',
};
export type Words = typeof KOREAN;

const ENGLISH: Words = {
  stepUpTitle: 'Confirm this payment',
  stepUpIntro:
    'Please confirm that you asked for the payment below, with your phone’s fingerprint, face or screen lock.',
  merchant: 'Merchant',
  amount: 'Amount',
  item: 'What for',
  confirm: 'Confirm and pay',
  decline: 'I did not ask for this payment',
  warning: 'Never tell anybody a code that came by text or call. This page asks for none.',
  confirmed: 'Confirmed. Go back to the merchant’s page.',
  declined: 'You have refused the payment. Nothing is charged.',
  failed: 'That could not be confirmed. Try again, or call 114.',
  goneTitle: 'No payment to confirm',
  gone: 'It was dealt with already, or its time is over.',
  enrolTitle: 'Register a passkey for payments',
  enrolIntro:
    'Enter the code that you got at the shop, then register with your phone’s fingerprint, face or screen lock.',
  code: 'Registration code',
  enrol: 'Register a passkey',
  enrolled: 'Registered.',
  enrolFailed: 'That could not be registered. Look at the code again, or ask at the shop.',
  help: 'Help at any hour:',
  other: '한국어',
};

export const WORDS: Readonly<Record<Language, Words>> = { ko: KOREAN, en: ENGLISH };

/** The language asked for by name, else the first of the browser's that we speak, else Korean. */
export function chooseLanguage(asked: unknown, acceptLanguage: string | undefined): Language {
  const named = LANGUAGES.find((language) => language === asked);
  if (named !== undefined) return named;
  for (const part of (acceptLanguage ?? '').slice(0, 256).split(',')) {
    const spoken = LANGUAGES.find((language) => part.trim().toLowerCase().startsWith(language));
    if (spoken !== undefined) return spoken;
  }
  return 'ko';
}
