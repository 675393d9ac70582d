import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { getCertificatesByCode } from '../api/generated.ts';
import { Button } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Field } from '../parts/field.tsx';
import { Notice, ProblemNotice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

type Certificate = Awaited<ReturnType<typeof getCertificatesByCode>>;

/** Is this firm certified? An answer has an address of its own, so that it can be sent on. */
export function FirmPage() {
  const { t } = useTranslation();
  const { code = '' } = useParams();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState(code);
  const query = useQuery({
    queryKey: ['certificate', code],
    queryFn: () => getCertificatesByCode(code),
    enabled: code !== '',
    retry: false,
  });
  return (
    <Page title={t('tasks.firm.title')} lead={t('firm.lead')}>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate(`/firm/${encodeURIComponent(wanted.trim())}`);
        }}
      >
        <Field
          label={t('firm.code')}
          help={t('firm.codeHelp')}
          value={wanted}
          onChange={setWanted}
          isRequired
          autoComplete="off"
          input={{ autoCapitalize: 'characters', spellCheck: false }}
        />
        <Button type="submit" isPending={query.isFetching}>
          {t('phone.check')}
        </Button>
      </Form>
      <ProblemNotice error={query.error} />
      {query.data !== undefined && <Answer of={query.data} />}
    </Page>
  );
}

function Answer({ of: certificate }: { of: Certificate }) {
  const { t } = useTranslation();
  const { maySend, state, entries } = certificate;
  return (
    <Notice tone={maySend ? 'good' : 'bad'} title={maySend ? t('firm.maySend') : t('firm.mayNotSend')}>
      <Facts
        facts={[
          [t('firm.name'), certificate.firm],
          [t('firm.state'), t(`senderState.${state as 'certified'}`)],
          [t('firm.code'), certificate.certificate],
          [t('firm.originator'), certificate.originator],
          [t('firm.issuer'), certificate.issuer],
          [t('firm.since'), <Time key="since" at={certificate.since} />],
          [t('firm.validUntil'), certificate.validUntil && <Time key="until" at={certificate.validUntil} />],
          [t('firm.proof'), <Receipts key="proof" of={entries} />],
        ]}
      />
    </Notice>
  );
}

/** Each entry with the file that proves it offline. */
function Receipts({ of: entries }: { of: Certificate['entries'] }) {
  const { t } = useTranslation();
  return entries.map(({ member, index, receipt }) => (
    <p key={index}>
      <a href={receipt} download>
        {t('firm.receipt', { member, index })}
      </a>
    </p>
  ));
}
