import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { getV1CampaignsByCampaign } from '../../api/generated.ts';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Numbers } from '../../parts/numbers.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useSystem } from '../../session/session.ts';

type Campaign = Awaited<ReturnType<typeof getV1CampaignsByCampaign>>;

/** One campaign: which firms carried it, and who reported it. */
export function CampaignPage() {
  const { t } = useTranslation();
  const { campaign = '' } = useParams();
  const query = useQuery({
    queryKey: ['campaign', campaign],
    queryFn: () => getV1CampaignsByCampaign(campaign, {}),
  });
  return (
    <Page title={t('campaigns.one', { campaign })}>
      <Loaded query={query}>
        {(one) => (
          <>
            <Facts
              facts={[
                [t('campaigns.reports'), one.reports],
                [t('campaigns.texts'), one.texts],
                [t('campaigns.first'), <Time key="first" at={one.firstAt} />],
                [t('campaigns.last'), <Time key="last" at={one.lastAt} />],
                [t('campaigns.merged'), one.mergedInto],
              ]}
            />
            <Proposed of={one} />
            <h2>{t('campaigns.firms')}</h2>
            <Table
              caption={t('campaigns.firms')}
              rows={one.firms}
              rowKey={({ certificate }) => certificate}
              empty={t('campaigns.noFirms')}
              columns={[
                { title: t('firm.code'), cell: ({ certificate }) => <code>{certificate}</code> },
                { title: t('campaigns.reports'), cell: ({ reports }) => reports },
                { title: t('campaigns.texts'), cell: ({ texts }) => texts },
              ]}
            />
            <h2>{t('campaigns.reports')}</h2>
            <Table
              caption={t('campaigns.reports')}
              rows={one.reportList}
              rowKey={({ report }) => report}
              empty={t('campaigns.noReports')}
              columns={[
                { title: t('campaigns.recorded'), cell: ({ recordedAt }) => <Time at={recordedAt} /> },
                { title: t('firm.code'), cell: ({ certificate }) => certificate },
                { title: t('campaigns.fingerprint'), cell: ({ fingerprint }) => <code>{fingerprint}</code> },
              ]}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Proposed({ of: { proposed } }: { of: Campaign }) {
  const { t } = useTranslation();
  const hasSenders = useSystem('senders');
  if (proposed.length === 0) return null;
  return (
    <Notice tone="calm" title={t('campaigns.proposed')}>
      <p>
        <Numbers of={proposed.map(({ certificate }) => certificate)} />{' '}
        {hasSenders && <Link to="/console/senders">{t('campaigns.toProposals')}</Link>}
      </p>
    </Notice>
  );
}
