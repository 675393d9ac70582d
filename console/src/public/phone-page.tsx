import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { postPublicPhoneChecks } from '../api/generated.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';

/** Is this phone blocked? */
export function PhonePage() {
  const { t } = useTranslation();
  const [imei, setImei] = useState('');
  const check = useMutation({ mutationFn: (number: string) => postPublicPhoneChecks({ imei: number }) });
  return (
    <Page title={t('tasks.phone.title')} lead={t('phone.lead')}>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate(imei);
        }}
      >
        <Field
          label={t('imei.label')}
          help={t('imei.help')}
          value={imei}
          onChange={setImei}
          isRequired
          inputMode="numeric"
          autoComplete="off"
        />
        <Button type="submit" isPending={check.isPending}>
          {t('phone.check')}
        </Button>
      </Form>
      <ProblemNotice error={check.error} />
      {check.data?.blocked === true && (
        <Notice tone="bad" title={t('phone.blocked')}>
          <p>{t('phone.blockedNext')}</p>
        </Notice>
      )}
      {check.data?.blocked === false && (
        <Notice tone="good" title={t('phone.clear')}>
          <p>{t('phone.clearNext')}</p>
          <p>
            <Link to="/report">{t('tasks.report.title')}</Link>
          </p>
        </Notice>
      )}
    </Page>
  );
}
