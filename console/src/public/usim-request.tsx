import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { postLineChecksByCheckRequests } from '../api/generated.ts';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/choice.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';

const WAYS = ['shop', 'courier', 'visit'] as const;

/** A new USIM for a line that was exposed: fetched at a shop, sent, or brought by somebody who puts it in. */
export function UsimRequest({ check, token, incident }: { check: string; token: string; incident: string }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<string>('shop');
  const [shop, setShop] = useState('');
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      postLineChecksByCheckRequests(check, {
        kind: 'usim',
        way,
        shop,
        incident,
        token,
        ...(way !== 'shop' && { address }),
        ...(name !== '' && { name }),
      }),
  });
  if (ask.data !== undefined) {
    return (
      <Notice tone="good" title={t('usim.received')}>
        <p className="big-number">{ask.data.request}</p>
        <p>{t(`requestState.${ask.data.requestState as 'waiting'}`)}</p>
      </Notice>
    );
  }
  return (
    <section>
      <h2>{t('usim.title')}</h2>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <p>{t('usim.lead')}</p>
        <Choice
          label={t('usim.way')}
          value={way}
          onChange={setWay}
          options={WAYS.map((value) => ({ value, text: t(`usim.${value}`) }))}
        />
        <Field label={t('usim.shopName')} help={t('usim.shopHelp')} value={shop} onChange={setShop} isRequired />
        {way !== 'shop' && (
          <Field
            label={t('usim.address')}
            value={address}
            onChange={setAddress}
            isRequired
            autoComplete="street-address"
          />
        )}
        <Field label={t('report.name')} value={name} onChange={setName} autoComplete="name" />
        <Button type="submit" isPending={ask.isPending}>
          {t('usim.ask')}
        </Button>
        <ProblemNotice error={ask.error} />
      </Form>
    </section>
  );
}
