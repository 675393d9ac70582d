import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getV1Applications } from '../../api/generated.ts';
import { Badge, type BadgeTone } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { Certificates } from './certificates.tsx';
import { Proposals } from './proposals.tsx';

const TONES: Readonly<Record<string, BadgeTone>> = {
  applied: 'wait',
  'document-review': 'wait',
  'on-site-review': 'wait',
  committee: 'wait',
  certified: 'good',
  'rate-reduced': 'wait',
  suspended: 'bad',
  cancelled: 'calm',
  refused: 'calm',
};

/** The certification desk: what is proposed against a firm first, then who applies, then who is certified. */
export function SendersPage() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Page title={t('rooms.senders')} lead={t('senders.lead')}>
      {may('proposals.read') && (
        <>
          <h2>{t('senders.proposals')}</h2>
          <Proposals />
        </>
      )}
      <h2>{t('senders.applications')}</h2>
      <Applications />
      {may('certificates.read') && (
        <>
          <h2>{t('senders.certificates')}</h2>
          <Certificates />
        </>
      )}
    </Page>
  );
}

function Applications() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['applications'], queryFn: () => getV1Applications({}) });
  return (
    <Loaded query={query}>
      {({ applications }) => (
        <Table
          caption={t('senders.applications')}
          rows={applications}
          rowKey={({ application }) => application}
          empty={t('senders.noApplications')}
          columns={[
            {
              title: t('cases.number'),
              cell: ({ application }) => (
                <Link className="number" to={`/console/senders/${application}`}>
                  {application}
                </Link>
              ),
            },
            { title: t('firm.state'), cell: ({ state }) => <SenderState state={state} /> },
            { title: t('senders.firm'), cell: ({ firm }) => firm },
            { title: t('senders.service'), cell: ({ service }) => t(`services.${service as 'web'}`) },
            { title: t('cases.made'), cell: ({ createdAt }) => <Time at={createdAt} /> },
          ]}
        />
      )}
    </Loaded>
  );
}

export function SenderState({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[state] ?? 'calm'}>{t(`senderState.${state as 'certified'}`)}</Badge>;
}
