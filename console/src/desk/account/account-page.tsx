import { useTranslation } from 'react-i18next';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { useSignIn } from '../../session/session.ts';
import { Passkeys } from './passkeys.tsx';
import { SecondFactor } from './second-factor.tsx';

/** How I sign in. */
export function AccountPage() {
  const { t } = useTranslation();
  const who = useSignIn();
  return (
    <Page title={t('account.title')} lead={t('account.lead')}>
      {who === 'second-factor-missing' && (
        <Notice tone="bad" title={t('account.missing')}>
          <p>{t('account.missingText')}</p>
        </Notice>
      )}
      <Passkeys />
      <SecondFactor isOn={typeof who === 'object' && who.hasSecondFactor === true} />
    </Page>
  );
}
