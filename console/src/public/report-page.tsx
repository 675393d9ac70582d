import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { postPublicPhoneRequests } from '../api/generated.ts';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/choice.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';

const EMPTY = { imei: '', reason: 'lost', occurredOn: '', name: '', contact: '', note: '' };
type Form = typeof EMPTY;

/** Report my phone: an agent calls back before anything is blocked. */
export function ReportPage() {
  const { t } = useTranslation();
  const [form, setForm] = useState(EMPTY);
  const set = (field: keyof Form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const send = useMutation({
    mutationFn: ({ occurredOn, note, ...rest }: Form) =>
      postPublicPhoneRequests({ ...rest, ...(occurredOn !== '' && { occurredOn }), ...(note !== '' && { note }) }),
  });
  if (send.data !== undefined) return <Received number={send.data.request} />;
  return (
    <Page title={t('tasks.report.title')} lead={t('report.lead')}>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate(form);
        }}
      >
        <Choice
          label={t('report.what')}
          value={form.reason}
          onChange={set('reason')}
          options={[
            { value: 'lost', text: t('reasons.lost') },
            { value: 'stolen', text: t('reasons.stolen') },
          ]}
        />
        <Field
          label={t('imei.label')}
          help={t('report.imeiHelp')}
          value={form.imei}
          onChange={set('imei')}
          isRequired
          inputMode="numeric"
          autoComplete="off"
        />
        <Field label={t('report.occurredOn')} value={form.occurredOn} onChange={set('occurredOn')} type="date" />
        <Field label={t('report.name')} value={form.name} onChange={set('name')} isRequired autoComplete="name" />
        <Field
          label={t('report.contact')}
          help={t('report.contactHelp')}
          value={form.contact}
          onChange={set('contact')}
          isRequired
          type="tel"
          autoComplete="tel"
        />
        <Field label={t('report.note')} value={form.note} onChange={set('note')} lines={3} />
        <p className="form-privacy">{t('report.privacy')}</p>
        <Button type="submit" isPending={send.isPending}>
          {t('report.send')}
        </Button>
        <ProblemNotice error={send.error} />
      </Form>
    </Page>
  );
}

function Received({ number }: { number: string }) {
  const { t } = useTranslation();
  return (
    <Page title={t('report.received')}>
      <Notice tone="good" title={t('report.number')}>
        <p className="big-number">{number}</p>
      </Notice>
      <ol className="steps">
        <li>{t('report.stepCall')}</li>
        <li>{t('report.stepProof')}</li>
        <li>{t('report.stepBlocked')}</li>
      </ol>
    </Page>
  );
}
