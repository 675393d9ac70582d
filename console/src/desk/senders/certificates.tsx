import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  getV1Certificates,
  postV1CertificatesByCodeReinstate,
  postV1CertificatesByCodeSuspend,
} from '../../api/generated.ts';
import { Choice } from '../../parts/choice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';
import { SenderState } from './senders-page.tsx';

type Certificate = Awaited<ReturnType<typeof getV1Certificates>>['certificates'][number];

const REFRESH = ['certificates', 'proposals'];
const SUSPEND_REASONS = [
  'spam',
  'forged-code',
  'unregistered-number',
  'evidence-expired',
  'order',
  'request',
  'other',
] as const;

/** Firms with a certificate, and the two words that stop a firm and let it go on. */
export function Certificates() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({ queryKey: ['certificates'], queryFn: () => getV1Certificates({}) });
  return (
    <Loaded query={query}>
      {({ certificates }) => (
        <Table
          caption={t('senders.certificates')}
          rows={certificates}
          rowKey={({ certificate }) => certificate}
          empty={t('senders.noCertificates')}
          columns={[
            { title: t('firm.code'), cell: ({ certificate }) => <code>{certificate}</code> },
            { title: t('senders.firm'), cell: ({ firm }) => <span className="number">{firm}</span> },
            { title: t('firm.state'), cell: ({ state }) => <SenderState state={state} /> },
            { title: t('firm.originator'), cell: ({ originator }) => originator },
            { title: t('firm.validUntil'), cell: ({ validUntil }) => <Time at={validUntil} /> },
            { title: t('senders.decide'), cell: (one) => may('certificates.change') && <Sanction of={one} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

function Sanction({ of: { certificate, state } }: { of: Certificate }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string>('spam');
  if (state === 'certified' || state === 'rate-reduced') {
    return (
      <ActButton
        ask={t('senders.suspend')}
        title={t('senders.suspendTitle', { certificate })}
        refresh={REFRESH}
        act={(idempotencyKey) => postV1CertificatesByCodeSuspend(certificate, { reason }, { idempotencyKey })}
      >
        <p>{t('senders.suspendText')}</p>
        <Choice
          label={t('cases.reason')}
          value={reason}
          onChange={setReason}
          options={SUSPEND_REASONS.map((value) => ({ value, text: t(`senderReasons.${value}`) }))}
        />
      </ActButton>
    );
  }
  if (state !== 'suspended') return null;
  return (
    <ActButton
      ask={t('senders.reinstate')}
      title={t('senders.reinstateTitle', { certificate })}
      refresh={REFRESH}
      act={(idempotencyKey) =>
        postV1CertificatesByCodeReinstate(certificate, { reason: 'remedied' }, { idempotencyKey })
      }
    >
      <p>{t('senders.reinstateText')}</p>
    </ActButton>
  );
}
