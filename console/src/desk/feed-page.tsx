import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getV1Refusals } from '../api/generated.ts';
import { Badge } from '../parts/badge.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

type Refusal = Awaited<ReturnType<typeof getV1Refusals>>['refusals'][number];

/** Lines on the page: the oldest leave it. */
const LINES_MAX = 200;
const EARLIER_MAX = 50;

/** What the gates refuse, as it happens. */
export function FeedPage() {
  const { t } = useTranslation();
  const earlier = useQuery({
    queryKey: ['refusals'],
    queryFn: () => getV1Refusals({ limit: EARLIER_MAX }),
    staleTime: 0,
  });
  const { refusals, isLive } = useStream();
  return (
    <Page
      title={t('rooms.feed')}
      lead={t('feed.lead')}
      actions={isLive ? <Badge tone="good">{t('feed.live')}</Badge> : <Badge tone="wait">{t('feed.connecting')}</Badge>}
    >
      <p className="visually-hidden" role="status">
        {refusals[0] !== undefined && t('feed.newest', { imei: refusals[0].imei, gate: refusals[0].gate })}
      </p>
      <Loaded query={earlier}>
        {(page) => (
          <Table
            caption={t('rooms.feed')}
            rows={[...refusals, ...page.refusals.filter((old) => !refusals.some((one) => isSame(one, old)))]}
            rowKey={({ at, imei, gate, caller }) => `${at} ${imei} ${gate} ${caller}`}
            empty={t('feed.empty')}
            columns={[
              { title: t('feed.at'), cell: ({ at }) => <Time at={at} /> },
              { title: t('feed.gate'), cell: ({ gate }) => gate },
              { title: 'IMEI', cell: ({ imei }) => <code>{imei}</code> },
              { title: t('feed.answer'), cell: (refusal) => <Answer refusal={refusal} /> },
              { title: t('feed.rests'), cell: ({ entries }) => <Entries entries={entries} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

function Answer({ refusal: { answer, shadow } }: { refusal: Refusal }) {
  const { t } = useTranslation();
  const tone = answer === 'blocked' ? 'bad' : 'wait';
  return (
    <Badge tone={tone}>
      {answer === 'blocked' ? t('feed.blocked') : answer === 'tracked' ? t('feed.tracked') : answer}
      {shadow && ` · ${t('feed.shadow')}`}
    </Badge>
  );
}

function Entries({ entries }: { entries: Refusal['entries'] }) {
  return <>{entries.map(({ member, index }) => `${member} ${index}`).join(', ')}</>;
}

/** The browser opens the stream again by itself when it breaks. */
function useStream(): { refusals: readonly Refusal[]; isLive: boolean } {
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    const source = new EventSource('/v1/refusals/stream');
    source.addEventListener('open', () => setLive(true));
    source.addEventListener('error', () => setLive(false));
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const refusal = JSON.parse(data) as Refusal;
      setRefusals((before) => [refusal, ...before].slice(0, LINES_MAX));
    });
    return () => source.close();
  }, []);
  return { refusals, isLive };
}

function isSame(one: Refusal, other: Refusal): boolean {
  return one.at === other.at && one.imei === other.imei && one.gate === other.gate;
}
