/** Languages in which people are written to. Others are asked for at the desk, and told by telephone. */
export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const ITEM_NAMES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  ko: { imsi: '가입자식별번호(IMSI)', imei: '단말기식별번호(IMEI)', msisdn: '전화번호' },
  en: { imsi: 'subscriber identity (IMSI)', imei: 'device identity (IMEI)', msisdn: 'telephone number' },
};

/** What was exposed, in words. An item without a name of its own stands as it is. */
export function itemNames(items: readonly string[], language: string): string {
  const names = ITEM_NAMES[language === 'en' ? 'en' : 'ko'];
  return items.map((item) => (Object.hasOwn(names, item) ? names[item] : item)).join(', ');
}
