import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getV1Campaigns } from '../../api/generated.ts';
import { Numbers } from '../../parts/numbers.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';

/** Spam that is the same in many mouths: reports and passing texts with one fingerprint, across firms. */
export function CampaignsPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['campaigns'], queryFn: () => getV1Campaigns({}) });
  return (
    <Page title={t('rooms.campaigns')} lead={t('campaigns.lead')}>
      <Loaded query={query}>
        {({ campaigns }) => (
          <Table
            caption={t('rooms.campaigns')}
            rows={campaigns}
            rowKey={({ campaign }) => campaign}
            empty={t('campaigns.empty')}
            columns={[
              {
                title: t('cases.number'),
                cell: ({ campaign }) => (
                  <Link className="number" to={`/console/campaigns/${campaign}`}>
                    {campaign}
                  </Link>
                ),
              },
              { title: t('campaigns.reports'), cell: ({ reports }) => reports },
              { title: t('campaigns.texts'), cell: ({ texts }) => texts },
              {
                title: t('campaigns.firms'),
                cell: ({ firms }) => <Numbers of={firms.map(({ certificate }) => certificate)} />,
              },
              { title: t('campaigns.first'), cell: ({ firstAt }) => <Time at={firstAt} /> },
              { title: t('campaigns.last'), cell: ({ lastAt }) => <Time at={lastAt} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
