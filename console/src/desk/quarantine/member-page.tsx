import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { getV1Quarantine, getV1QuarantineByMember } from '../../api/generated.ts';
import { Button } from '../../parts/button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import type { Reason } from '../phones/reasons.ts';
import { LOOK_AGAIN_MS } from '../queues.tsx';
import { Confirm, Strike } from './acts.tsx';
import { Indexes } from './quarantine-page.tsx';

type View = Awaited<ReturnType<typeof getV1QuarantineByMember>>;
type Statement = View['statements'][number];

const PAGE_LENGTH = 50;

/** One member's quarantine with its statements, page by page, and the two decisions. */
export function QuarantinedMemberPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { member = '' } = useParams();
  const [from, setFrom] = useState<number>();
  const held = useHeld(member);
  const query = useQuery({
    queryKey: ['quarantine', member, from, held],
    queryFn: () => getV1QuarantineByMember(member, { limit: PAGE_LENGTH, ...(from !== undefined && { $from: from }) }),
    placeholderData: keepPreviousData,
    enabled: held !== undefined,
  });
  const { data } = query;
  const actions = data !== undefined && may('quarantine.decide') && <Acts of={data} />;
  return (
    <Page title={t('quarantine.of', { member })} lead={t('quarantine.ofLead')} actions={actions}>
      <Loaded query={query}>
        {(view) => (
          <>
            <Summary of={view} />
            <Statements rows={view.statements} />
            {view.next !== undefined && (
              <Button look="plain" onPress={() => setFrom(view.next)}>
                {t('quarantine.next')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** How many are held now. Each look at the statements stands in the journal: they are opened again only when it changes. */
function useHeld(member: string): number | undefined {
  const { data } = useQuery({
    queryKey: ['quarantine'],
    queryFn: () => getV1Quarantine(),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return data && (data.members.find((one) => one.member === member)?.quarantined ?? 0);
}

function Acts({ of: { member, mayConfirm, mayStrike, from, to } }: { of: View }) {
  return (
    <>
      {mayConfirm && from !== undefined && <Confirm member={member} from={from} to={to} />}
      {mayStrike && <Strike members={[member]} from={from} />}
    </>
  );
}

function Summary({ of: { quarantined, ranges, rangesLeftOut, since, until, kinds, tacs, unread } }: { of: View }) {
  const { t } = useTranslation();
  const kindText = useKinds();
  const indexes = ranges.map((range) => (
    <span key={range.from}>
      <Indexes {...range} />{' '}
    </span>
  ));
  return (
    <Facts
      facts={[
        [t('quarantine.statements'), quarantined],
        [t('quarantine.since'), since && <Time key="since" at={since} />],
        [t('quarantine.until'), until && <Time key="until" at={until} />],
        [t('quarantine.indexes'), indexes.length > 0 && [...indexes, rangesLeftOut > 0 && '…']],
        ...kinds.map(({ kind, ...tally }) => [kindText(kind), <Count key={kind} {...tally} />] as const),
        ...tacs.map(({ tac, ...tally }) => [`TAC ${tac}`, <Count key={tac} {...tally} />] as const),
        [t('quarantine.unread'), unread > 0 && unread],
      ]}
    />
  );
}

function Count({ statements, devices }: { statements: number; devices: number }) {
  const { t } = useTranslation();
  return <>{t('quarantine.tally', { statements, devices })}</>;
}

function Statements({ rows }: { rows: readonly Statement[] }) {
  const { t } = useTranslation();
  const kindText = useKinds();
  return (
    <Table
      caption={t('rooms.quarantine')}
      rows={rows}
      rowKey={({ index }) => index}
      empty={t('quarantine.empty')}
      columns={[
        { title: t('quarantine.index'), cell: ({ index }) => index },
        { title: t('quarantine.stated'), cell: ({ statedAt }) => <Time at={statedAt} /> },
        {
          title: t('quarantine.kind'),
          cell: ({ kind }) => (kind === undefined ? t('quarantine.unread') : kindText(kind)),
        },
        { title: t('quarantine.about'), cell: (row) => <span className="number">{aboutOf(row)}</span> },
        {
          title: t('cases.reason'),
          cell: ({ reason }) => reason && t(`reasons.${reason as Reason}`, { defaultValue: reason }),
        },
      ]}
    />
  );
}

function aboutOf({ imei, tac, from, to, cell, certificate }: Statement): string {
  if (tac !== undefined) return `TAC ${tac}`;
  return imei ?? cell ?? certificate ?? (from === undefined ? '' : `${from}–${to}`);
}

/** A kind in words, where the pages have some: a key with a full stop in it is no path. */
function useKinds(): (kind: string) => string {
  const { t } = useTranslation();
  const words = t('quarantine.kinds', { returnObjects: true }) as Readonly<Record<string, string>>;
  return (kind) => words[kind] ?? kind;
}
