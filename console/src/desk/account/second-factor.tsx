import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Notice, ProblemNotice } from '../../parts/notice.tsx';
import { useForget } from '../../session/session.ts';
import { beginSecondFactor, giveCode } from '../../session/sign-in-api.ts';

/** An authenticator app: the password once more, the key into the app, its first code back. */
export function SecondFactor({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation();
  const begin = useMutation({ mutationFn: (password: string) => beginSecondFactor(password) });
  return (
    <section>
      <h2>{t('account.app')}</h2>
      {isOn && <Notice tone="good" title={t('account.appOn')} />}
      {begin.data === undefined ? (
        <PasswordForm
          label={isOn ? t('account.appAgain') : t('account.appBegin')}
          isPending={begin.isPending}
          onPassword={(password) => begin.mutate(password)}
        />
      ) : (
        <FirstCode {...begin.data} />
      )}
      <ProblemNotice error={begin.error} />
    </section>
  );
}

interface PasswordProps {
  readonly label: string;
  readonly isPending: boolean;
  readonly onPassword: (password: string) => void;
}

function PasswordForm({ label, isPending, onPassword }: PasswordProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  return (
    <Form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        onPassword(password);
      }}
    >
      <p>{t('account.appText')}</p>
      <Field
        label={t('signIn.password')}
        value={password}
        onChange={setPassword}
        isRequired
        type="password"
        autoComplete="current-password"
      />
      <Button type="submit" look="plain" isPending={isPending}>
        {label}
      </Button>
    </Form>
  );
}

function FirstCode({ totpURI, backupCodes }: { totpURI: string; backupCodes: readonly string[] }) {
  const { t } = useTranslation();
  const forget = useForget();
  const [code, setCode] = useState('');
  const give = useMutation({ mutationFn: () => giveCode(code.trim()), onSuccess: forget });
  const key = new URL(totpURI).searchParams.get('secret') ?? '';
  if (give.isSuccess) return <Notice tone="good" title={t('account.appOn')} />;
  return (
    <Form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate();
      }}
    >
      <p>{t('account.appKey')}</p>
      <p className="big-number key">{key.replaceAll(/(.{4})/g, '$1 ').trim()}</p>
      <p>
        <a href={totpURI}>{t('account.appOpen')}</a>
      </p>
      <p>{t('account.backupCodes')}</p>
      <ul className="codes">
        {backupCodes.map((backup) => (
          <li key={backup}>
            <code>{backup}</code>
          </li>
        ))}
      </ul>
      <Field
        label={t('signIn.code')}
        help={t('account.codeHelp')}
        value={code}
        onChange={setCode}
        isRequired
        autoComplete="one-time-code"
      />
      <Button type="submit" isPending={give.isPending}>
        {t('account.appConfirm')}
      </Button>
      <ProblemNotice error={give.error} />
    </Form>
  );
}
