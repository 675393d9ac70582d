import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { ActButton } from '../act-button.tsx';
import { addPasskey, listPasskeys, removePasskey } from '../../session/sign-in-api.ts';

/** Passkeys: the phone's or computer's own lock instead of a password. */
export function Passkeys() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys });
  const [name, setName] = useState('');
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['passkeys'] });
  const add = useMutation({
    mutationFn: () => addPasskey(name),
    onSuccess: () => {
      setName('');
      return refresh();
    },
  });
  return (
    <section>
      <h2>{t('account.passkeys')}</h2>
      <Loaded query={query}>
        {(passkeys) => (
          <Table
            caption={t('account.passkeys')}
            rows={passkeys}
            rowKey={({ id }) => id}
            empty={t('account.noPasskeys')}
            columns={[
              { title: t('account.passkeyName'), cell: (passkey) => passkey.name },
              { title: t('cases.made'), cell: ({ createdAt }) => <Time at={createdAt ?? undefined} /> },
              {
                title: t('account.remove'),
                cell: ({ id, name: given }) => (
                  <ActButton
                    ask={t('account.remove')}
                    title={t('account.removeOne', { name: given ?? id })}
                    refresh={['passkeys']}
                    act={() => removePasskey(id)}
                  >
                    <p>{t('account.removeText')}</p>
                  </ActButton>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Field
          label={t('account.passkeyName')}
          help={t('account.passkeyHelp')}
          value={name}
          onChange={setName}
          isRequired
        />
        <Button type="submit" isPending={add.isPending}>
          {t('account.addPasskey')}
        </Button>
        {add.error !== null && (
          <Notice tone="bad" title={t('common.refused')}>
            <p>{t('signIn.passkeyRefused')}</p>
          </Notice>
        )}
      </Form>
    </section>
  );
}
