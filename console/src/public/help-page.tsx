import { useTranslation } from 'react-i18next';
import { ContactLine } from '../parts/contact-line.tsx';
import { Page } from '../parts/page.tsx';

/** Help in plain words, and the telephone for whoever would rather speak. */
export function HelpPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('help.title')} lead={t('help.lead')}>
      <div className="help-line">
        <ContactLine />
      </div>
      <h2>{t('help.imeiTitle')}</h2>
      <p>{t('imei.help')}</p>
      <p>{t('help.imeiLost')}</p>
      <h2>{t('help.proxyTitle')}</h2>
      <p>{t('help.proxy')}</p>
      <h2>{t('help.fraudTitle')}</h2>
      <p>{t('help.fraud')}</p>
    </Page>
  );
}
