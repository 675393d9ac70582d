import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from './page.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('common.notFound')} lead={t('common.notFoundText')}>
      <Link to="/">{t('common.toStart')}</Link>
    </Page>
  );
}
