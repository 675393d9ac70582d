import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { postNoticeChecks } from '../api/generated.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';

/** Did this text really come from us? Its code says so, without a link to tap. */
export function NoticeCheck() {
  const { t } = useTranslation();
  const [line, setLine] = useState('');
  const [code, setCode] = useState('');
  const ask = useMutation({ mutationFn: () => postNoticeChecks({ line, code: code.trim() }) });
  return (
    <section>
      <h2>{t('notice.title')}</h2>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <p>{t('notice.lead')}</p>
        <Field label={t('notice.line')} value={line} onChange={setLine} isRequired type="tel" />
        <Field label={t('notice.code')} value={code} onChange={setCode} isRequired autoComplete="off" />
        <Button type="submit" look="plain" isPending={ask.isPending}>
          {t('notice.check')}
        </Button>
        <ProblemNotice error={ask.error} />
      </Form>
      {ask.data?.notice === 'real' && <Notice tone="good" title={t('notice.real')} />}
      {ask.data !== undefined && ask.data.notice !== 'real' && (
        <Notice tone="bad" title={t('notice.none')}>
          <p>{t('notice.noneText')}</p>
        </Notice>
      )}
    </section>
  );
}
