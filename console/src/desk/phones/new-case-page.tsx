import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { postV1DeviceCases } from '../../api/generated.ts';
import { problemOf } from '../../api/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { ProblemNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { REASONS } from './reasons.ts';

const EMPTY = {
  imei: '',
  reason: 'lost',
  occurredAt: '',
  name: '',
  contact: '',
  relation: '',
  rightChecked: '',
  policeReference: '',
  place: '',
  note: '',
};
type Form = typeof EMPTY;

/** Report a phone at the desk: once it is sent, every gate of every member knows. */
export function NewCasePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  // One key a form: pressed twice, or sent again after a broken line, it is one case.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const set = (field: keyof Form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const send = useMutation({
    mutationFn: (acceptCheckDigit: boolean) =>
      // What was refused has changed nothing, so another try with another answer needs another key.
      postV1DeviceCases(bodyOf(form, acceptCheckDigit), {
        idempotencyKey: acceptCheckDigit ? `${idempotencyKey}.accepted` : idempotencyKey,
      }),
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: ['device-cases'] });
      await navigate(`/console/phones/${answer.case}`);
    },
  });
  return (
    <Page title={t('cases.new')} lead={t('cases.newLead')}>
      <Form
        className="form form-wide"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate(false);
        }}
      >
        <Field
          label={t('imei.label')}
          help={t('cases.imeiHelp')}
          value={form.imei}
          onChange={set('imei')}
          isRequired
          inputMode="numeric"
          autoComplete="off"
        />
        <Choice
          label={t('cases.reason')}
          value={form.reason}
          onChange={set('reason')}
          options={REASONS.map((value) => ({ value, text: t(`reasons.${value}`) }))}
        />
        <Field label={t('report.occurredOn')} value={form.occurredAt} onChange={set('occurredAt')} type="date" />
        <fieldset>
          <legend>{t('cases.requester')}</legend>
          <Field label={t('report.name')} value={form.name} onChange={set('name')} />
          <Field label={t('report.contact')} value={form.contact} onChange={set('contact')} />
          <Field label={t('cases.relation')} value={form.relation} onChange={set('relation')} />
          <Field label={t('cases.rightChecked')} value={form.rightChecked} onChange={set('rightChecked')} />
        </fieldset>
        <fieldset>
          <legend>{t('cases.circumstances')}</legend>
          <Field label={t('cases.place')} value={form.place} onChange={set('place')} />
          <Field label={t('cases.policeReference')} value={form.policeReference} onChange={set('policeReference')} />
          <Field label={t('report.note')} value={form.note} onChange={set('note')} lines={3} />
        </fieldset>
        <ProblemNotice error={send.error} />
        <div className="form-actions">
          <Button type="submit" isPending={send.isPending}>
            {t('cases.send')}
          </Button>
          {send.error !== null && problemOf(send.error).code === 'IMEI_CHECK_DIGIT' && (
            <Button look="plain" onPress={() => send.mutate(true)}>
              {t('cases.acceptCheckDigit')}
            </Button>
          )}
        </div>
      </Form>
    </Page>
  );
}

function bodyOf(form: Form, acceptCheckDigit: boolean): Parameters<typeof postV1DeviceCases>[0] {
  const { imei, reason, name, contact, relation, rightChecked, ...circumstances } = form;
  const requester = givenOnly({ name, contact, relation, rightChecked });
  return {
    devices: imei.split(/[,\n]/).map((number) => number.trim()),
    reason,
    ...givenOnly(circumstances),
    ...(Object.keys(requester).length > 0 && { requester }),
    ...(acceptCheckDigit && { acceptCheckDigit }),
  };
}

function givenOnly(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text.trim() !== ''));
}
