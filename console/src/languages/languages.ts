import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { ko } from './ko.ts';

export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const CHOSEN_KEY = 'bongsu.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof ko };
    returnNull: false;
  }
}

export const languages = createInstance();

/** Every text in both languages; Korean unless the person or the browser says English. */
export async function startLanguages(): Promise<void> {
  await languages.use(initReactI18next).init({
    resources: { ko: { translation: ko }, en: { translation: en } },
    lng: preferredLanguage(),
    fallbackLng: false,
    interpolation: { escapeValue: false }, // React escapes
  });
  tellDocument();
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(CHOSEN_KEY, language);
  await languages.changeLanguage(language);
  tellDocument();
}

export function currentLanguage(): Language {
  return languages.language === 'en' ? 'en' : 'ko';
}

function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(CHOSEN_KEY) ?? '', ...navigator.languages];
  const known = wanted.map((tag) => LANGUAGES.find((language) => tag.toLowerCase().startsWith(language)));
  return known.find((language) => language !== undefined) ?? 'ko';
}

/** Screen readers take the voice from here. */
function tellDocument(): void {
  document.documentElement.lang = currentLanguage();
}
