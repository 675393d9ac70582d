import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getV1Quarantine } from '../../api/generated.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { LOOK_AGAIN_MS } from '../queues.tsx';
import { Strike } from './acts.tsx';

/** What members state beyond their budgets: the member is called first, then it is decided. */
export function QuarantinePage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({
    queryKey: ['quarantine'],
    queryFn: () => getV1Quarantine(),
    refetchInterval: LOOK_AGAIN_MS,
  });
  // A thief who stays within the budget is struck as well.
  const strikable = query.data?.members.filter(({ mayStrike }) => mayStrike).map(({ member }) => member) ?? [];
  const actions = may('quarantine.decide') && strikable.length > 0 && <Strike members={strikable} />;
  return (
    <Page title={t('rooms.quarantine')} lead={t('quarantine.lead')} actions={actions}>
      <Loaded query={query}>
        {({ members }) => (
          <Table
            caption={t('rooms.quarantine')}
            rows={members.filter(({ quarantined }) => quarantined > 0)}
            rowKey={({ member }) => member}
            empty={t('quarantine.empty')}
            columns={[
              { title: t('logs.member'), cell: ({ member }) => <MemberLink member={member} /> },
              { title: t('quarantine.statements'), cell: ({ quarantined }) => quarantined },
              { title: t('quarantine.since'), cell: ({ since }) => <Time at={since} /> },
              { title: t('quarantine.indexes'), cell: ({ from, to }) => <Indexes from={from!} to={to!} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** Whoever may not see devices sees how many there are. */
function MemberLink({ member }: { member: string }) {
  const may = useMay();
  if (!may('quarantine.open')) return <strong>{member}</strong>;
  return <Link to={`/console/quarantine/${encodeURIComponent(member)}`}>{member}</Link>;
}

/** From the first to the last one, as people count. */
export function Indexes({ from, to }: { from: number; to: number }) {
  return <span className="number">{to - from === 1 ? from : `${from}–${to - 1}`}</span>;
}
