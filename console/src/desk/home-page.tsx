import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getHealthz, getV1Members } from '../api/generated.ts';
import { Badge } from '../parts/badge.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { QuarantineAlarm } from './quarantine/quarantine-alarm.tsx';
import { LOOK_AGAIN_MS, Queues } from './queues.tsx';

/** What needs me now: alarms first, then what waits, then how fresh the logs are. */
export function HomePage() {
  const { t } = useTranslation();
  return (
    <Page title={t('home.desk')} lead={t('home.deskLead')}>
      <Alarms />
      <QuarantineAlarm />
      <Queues />
      <h2>{t('home.logs')}</h2>
      <Logs />
    </Page>
  );
}

function Alarms() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['health'], queryFn: () => getHealthz(), refetchInterval: LOOK_AGAIN_MS });
  if (data === undefined || data.ok) return null;
  return (
    <Notice tone="bad" title={t('home.notWell')}>
      <p>{t('home.notWellNext')}</p>
    </Notice>
  );
}

function Logs() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['members'], queryFn: () => getV1Members(), refetchInterval: LOOK_AGAIN_MS });
  return (
    <Loaded query={query}>
      {({ members }) => (
        <Table
          caption={t('home.logs')}
          rows={members}
          rowKey={({ name }) => name}
          empty={t('home.noLogs')}
          columns={[
            { title: t('logs.member'), cell: ({ name }) => <strong>{name}</strong> },
            { title: t('logs.entries'), cell: ({ size }) => size },
            { title: t('logs.verified'), cell: ({ verifiedAt }) => <Time at={verifiedAt} /> },
            {
              title: t('logs.state'),
              cell: ({ fault, verifiedAt }) => <LogState fault={fault} isKnown={verifiedAt !== undefined} />,
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function LogState({ fault, isKnown }: { fault: string | undefined; isKnown: boolean }) {
  const { t } = useTranslation();
  if (fault !== undefined) return <Badge tone="bad">{fault}</Badge>;
  return isKnown ? <Badge tone="good">{t('logs.current')}</Badge> : <Badge tone="wait">{t('logs.unknown')}</Badge>;
}
