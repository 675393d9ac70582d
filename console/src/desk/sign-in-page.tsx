import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Button } from '../parts/button.tsx';
import { ContactLine } from '../parts/contact-line.tsx';
import { Field } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Mark } from '../parts/mark.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useForget, useSite } from '../session/session.ts';
import { giveCode, signInWithPasskey, signInWithPassword, signInWithProvider } from '../session/sign-in-api.ts';

/** The door of the console. No puzzle, nothing to remember but what a password manager fills in. */
export function SignInPage() {
  const { t } = useTranslation();
  const site = useSite();
  const [needsCode, setNeedsCode] = useState(false);
  const [query] = useSearchParams();
  return (
    <div className="door">
      <header>
        <Link to="/" className="brand">
          <Mark />
          <span className="brand-name" lang="ko">
            봉수
          </span>
          {site !== undefined && <span className="brand-member">{site.member}</span>}
        </Link>
        <LanguageSwitch />
      </header>
      <main id="main">
        <Page title={t('signIn.title')}>
          {query.has('error') && (
            <Notice tone="bad" title={t('common.refused')}>
              <p>{t('signIn.providerRefused')}</p>
            </Notice>
          )}
          {needsCode ? <CodeForm /> : <PasswordForm onCodeNeeded={() => setNeedsCode(true)} />}
          {!needsCode && <OtherWays />}
        </Page>
      </main>
      <footer>
        <ContactLine />
      </footer>
    </div>
  );
}

function PasswordForm({ onCodeNeeded }: { onCodeNeeded: () => void }) {
  const { t } = useTranslation();
  const forget = useForget();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const enter = useMutation({
    mutationFn: () => signInWithPassword(name, password),
    onSuccess: async (result) => (result === 'signed-in' ? forget() : onCodeNeeded()),
  });
  return (
    <Form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        enter.mutate();
      }}
    >
      <Field
        label={t('signIn.name')}
        value={name}
        onChange={setName}
        isRequired
        autoComplete="username"
        input={{ autoCapitalize: 'none', spellCheck: false }}
      />
      <Field
        label={t('signIn.password')}
        value={password}
        onChange={setPassword}
        isRequired
        type="password"
        autoComplete="current-password"
      />
      <Button type="submit" isPending={enter.isPending}>
        {t('signIn.enter')}
      </Button>
      <ProblemNotice error={enter.error} />
    </Form>
  );
}

function CodeForm() {
  const { t } = useTranslation();
  const forget = useForget();
  const [code, setCode] = useState('');
  const give = useMutation({ mutationFn: () => giveCode(code.trim()), onSuccess: forget });
  return (
    <Form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate();
      }}
    >
      <Field
        label={t('signIn.code')}
        help={t('signIn.codeHelp')}
        value={code}
        onChange={setCode}
        isRequired
        autoFocus
        autoComplete="one-time-code"
      />
      <Button type="submit" isPending={give.isPending}>
        {t('signIn.enter')}
      </Button>
      <ProblemNotice error={give.error} />
    </Form>
  );
}

function OtherWays() {
  const { t } = useTranslation();
  const provider = useSite()?.provider;
  const forget = useForget();
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: forget });
  const company = useMutation({ mutationFn: (id: string) => signInWithProvider(id) });
  return (
    <section className="other-ways" aria-label={t('signIn.otherWays')}>
      <Button look="plain" isPending={passkey.isPending} onPress={() => passkey.mutate()}>
        {t('signIn.passkey')}
      </Button>
      {provider !== undefined && (
        <Button look="plain" isPending={company.isPending} onPress={() => company.mutate(provider.id)}>
          {t('signIn.provider', { name: provider.name })}
        </Button>
      )}
      {passkey.error !== null && (
        <Notice tone="bad" title={t('common.refused')}>
          <p>{t('signIn.passkeyRefused')}</p>
        </Notice>
      )}
      <ProblemNotice error={company.error} />
    </section>
  );
}
