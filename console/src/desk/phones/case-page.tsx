import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import {
  getV1DeviceCasesByNumber,
  getV1DeviceCasesByNumberHistory,
  postV1DeviceCasesByNumberRelease,
} from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { ProblemNotice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Question } from '../../parts/question.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { CaseStatus } from './cases-page.tsx';
import type { Reason } from './reasons.ts';

type Case = Awaited<ReturnType<typeof getV1DeviceCasesByNumber>>;

/** One case: what is stated, who asked, and the way to end it. */
export function CasePage() {
  const { t } = useTranslation();
  const { number = '' } = useParams();
  const may = useMay();
  const query = useQuery({ queryKey: ['device-case', number], queryFn: () => getV1DeviceCasesByNumber(number) });
  return (
    <Page
      title={t('cases.one', { number })}
      actions={query.data?.status === 'open' && may('cases.release') && <Release number={number} />}
    >
      <Loaded query={query}>
        {(one) => (
          <>
            <Summary of={one} />
            <h2>{t('cases.statements')}</h2>
            <Statements of={one} />
            {may('cases.history') && <History number={number} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Summary({ of: one }: { of: Case }) {
  const { t } = useTranslation();
  return (
    <Facts
      facts={[
        [t('cases.status'), <CaseStatus key="status" status={one.status} />],
        [t('cases.made'), <Time key="made" at={one.createdAt} />],
        [t('cases.by'), one.createdBy],
        [t('report.occurredOn'), one.occurredAt && <Time key="occurred" at={one.occurredAt} />],
        [t('report.name'), one.requester?.name],
        [t('report.contact'), one.requester?.contact],
        [t('cases.relation'), one.requester?.relation],
        [t('cases.rightChecked'), one.requester?.rightChecked],
        [t('cases.place'), one.place],
        [t('cases.policeReference'), one.policeReference],
        [t('report.note'), one.note],
      ]}
    />
  );
}

function Statements({ of: { statements } }: { of: Case }) {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('cases.statements')}
      rows={statements.map((statement, position) => ({ ...statement, position }))}
      rowKey={({ position }) => position}
      empty={t('cases.noStatements')}
      columns={[
        {
          title: t('cases.devices'),
          cell: ({ imei, tac, from, to }) => <code>{imei ?? tac ?? (from && `${from}–${to}`)}</code>,
        },
        { title: t('cases.reason'), cell: ({ reason }) => reason && t(`reasons.${reason as Reason}`) },
        {
          title: t('cases.standing'),
          cell: (statement) => <Standing of={statement} />,
        },
        { title: t('cases.entry'), cell: ({ entry }) => entry && `${entry.member} ${entry.index}` },
        { title: t('cases.endedAt'), cell: ({ endedAt }) => <Time at={endedAt} /> },
      ]}
    />
  );
}

function Standing({ of: statement }: { of: Case['statements'][number] }) {
  const { t } = useTranslation();
  const { standing, overruled, struckBy, lapsed, quarantined, releaseWaiting } = statement;
  if (standing) return <Badge tone="bad">{t('cases.inForce')}</Badge>;
  if (quarantined) return <Badge tone="wait">{t('cases.quarantined')}</Badge>;
  if (releaseWaiting) return <Badge tone="wait">{t('cases.releaseWaiting')}</Badge>;
  if (struckBy) return <Badge tone="calm">{t('cases.struck', { names: struckBy.join(', ') })}</Badge>;
  if (lapsed) return <Badge tone="calm">{t('cases.lapsed')}</Badge>;
  return <Badge tone="calm">{overruled ? t('cases.overruled') : t('cases.ended')}</Badge>;
}

function Release({ number }: { number: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('recovered');
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const release = useMutation({
    mutationFn: () =>
      postV1DeviceCasesByNumberRelease(number, { reason }, { idempotencyKey: `${idempotencyKey}.${reason}` }),
    onSuccess: () =>
      client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('device-case') }),
  });
  return (
    <Question
      ask={t('cases.release')}
      title={t('cases.releaseTitle', { number })}
      confirm={t('cases.release')}
      isPending={release.isPending}
      onOpen={() => release.reset()}
      onConfirm={() => release.mutateAsync()}
    >
      <p>{t('cases.releaseText')}</p>
      <Choice
        label={t('cases.releaseWhy')}
        value={reason}
        onChange={setReason}
        options={[
          { value: 'recovered', text: t('cases.recovered') },
          { value: 'withdrawn', text: t('cases.withdrawn') },
        ]}
      />
      <ProblemNotice error={release.error} />
    </Question>
  );
}

function History({ number }: { number: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['device-case-history', number],
    queryFn: () => getV1DeviceCasesByNumberHistory(number, {}),
  });
  return (
    <>
      <h2>{t('cases.history')}</h2>
      <Loaded query={query}>
        {({ actions }) => (
          <Table
            caption={t('cases.history')}
            rows={actions}
            rowKey={({ sequence }) => sequence}
            empty={t('cases.noHistory')}
            columns={[
              { title: t('feed.at'), cell: ({ at }) => <Time at={at} /> },
              { title: t('cases.by'), cell: ({ actor }) => actor },
              {
                title: t('cases.action'),
                cell: ({ action }) =>
                  t(`caseActions.${action.slice('case.'.length) as 'shown'}`, { defaultValue: action }),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
