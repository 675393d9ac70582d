import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getV1LookUps } from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Older } from '../../parts/older.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { type Filter, LookUpFilter } from './look-up-filter.tsx';

type LookUp = Awaited<ReturnType<typeof getV1LookUps>>['lookUps'][number];

const PAGE_LENGTH = 50;

/** Who looked at whose data: those that rested on no case first. */
export function LookUpsPage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({ withoutCase: true });
  const [before, setBefore] = useState<number>();
  const query = useQuery({
    queryKey: ['look-ups', filter, before],
    queryFn: () => getV1LookUps({ ...filter, limit: PAGE_LENGTH, ...(before !== undefined && { before }) }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={t('rooms.look-ups')} lead={t('lookUps.lead')}>
      <LookUpFilter
        onChange={(changed) => {
          setBefore(undefined);
          setFilter(changed);
        }}
      />
      <Loaded query={query}>
        {({ lookUps, next }) => (
          <>
            <LookUpTable rows={lookUps} />
            <Older next={next} onOlder={setBefore} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function LookUpTable({ rows }: { rows: readonly LookUp[] }) {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('rooms.look-ups')}
      rows={rows}
      rowKey={({ lookUp }) => lookUp}
      empty={t('lookUps.empty')}
      columns={[
        { title: t('lookUps.at'), cell: ({ at }) => <Time at={at} /> },
        { title: t('lookUps.actor'), cell: ({ actor, role }) => `${actor} (${t(`roles.${role as 'agent'}`)})` },
        { title: t('lookUps.action'), cell: ({ action }) => <Action name={action} /> },
        { title: t('lookUps.subject'), cell: ({ subject }) => subject && <span className="number">{subject}</span> },
        { title: t('lookUps.case'), cell: (row) => <Ground of={row} /> },
      ]}
    />
  );
}

/** In words, where the pages have some: a key with a full stop in it is no path. */
function Action({ name }: { name: string }) {
  const { t } = useTranslation();
  const words = t('lookUps.actions', { returnObjects: true }) as Readonly<Record<string, string>>;
  return words[name] ?? <code>{name}</code>;
}

function Ground({ of: { case: number, withoutCase, refused } }: { of: LookUp }) {
  const { t } = useTranslation();
  return (
    <>
      {number !== undefined && <span className="number">{number} </span>}
      {withoutCase && <Badge tone="wait">{t('lookUps.withoutCase')}</Badge>}{' '}
      {refused && <Badge tone="bad">{t('lookUps.refused')}</Badge>}
    </>
  );
}
