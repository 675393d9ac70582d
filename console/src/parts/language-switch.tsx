import { useTranslation } from 'react-i18next';
import { chooseLanguage, currentLanguage, LANGUAGES } from '../languages/languages.ts';
import { Button } from './button.tsx';

const NAMES = { ko: '한국어', en: 'English' } as const;

/** The languages under their own names, so that nobody has to read the wrong one first. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const current = currentLanguage();
  return (
    <div className="languages" role="group" aria-label={t('common.language')}>
      {LANGUAGES.map((language) => (
        <Button
          key={language}
          look="quiet"
          aria-pressed={language === current}
          onPress={() => void chooseLanguage(language)}
        >
          <span lang={language}>{NAMES[language]}</span>
        </Button>
      ))}
    </div>
  );
}
