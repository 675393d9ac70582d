import { useTranslation } from 'react-i18next';
import { useSite } from '../session/session.ts';

/** The telephone line that is answered at all hours, in the same place on every page (KWCAG 2.2, findable help). */
export function ContactLine() {
  const { t } = useTranslation();
  const line = useSite()?.contactLine;
  if (line === undefined || line === '') return null;
  return (
    <a className="contact-line" href={`tel:${line.replaceAll(/[^+\d]/g, '')}`}>
      <span className="contact-line-text">{t('common.contactLine')}</span> <strong>{line}</strong>
    </a>
  );
}
