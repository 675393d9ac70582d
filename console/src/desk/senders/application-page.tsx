import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import {
  getV1ApplicationsByNumber,
  postV1ApplicationsByNumberDecision,
  postV1ApplicationsByNumberFindings,
  postV1ApplicationsByNumberReview,
} from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';
import { SenderState } from './senders-page.tsx';

type Application = Awaited<ReturnType<typeof getV1ApplicationsByNumber>>;

const REFRESH = ['applications', 'application', 'certificates'];
/** What a reviewer may do next, by the state: the desk's own table has the last word. */
const STEPS: Readonly<Record<string, readonly ('accept' | 'pass' | 'return')[]>> = {
  applied: ['accept'],
  'document-review': ['pass', 'return'],
  'on-site-review': ['pass', 'return'],
  committee: ['return'],
};

/** One application: the firm, the checklist with its evidence, and what happens next. */
export function ApplicationPage() {
  const { t } = useTranslation();
  const { number = '' } = useParams();
  const query = useQuery({ queryKey: ['application', number], queryFn: () => getV1ApplicationsByNumber(number) });
  return (
    <Page title={t('senders.application', { number })} actions={query.data && <Steps of={query.data} />}>
      <Loaded query={query}>
        {(application) => (
          <>
            <Summary of={application} />
            {application.likenesses !== undefined && application.likenesses.length > 0 && (
              <Notice tone="bad" title={t('senders.alike')}>
                <ul className="bullets">
                  {application.likenesses.map(({ firm, certificate, alike }) => (
                    <li key={certificate}>
                      {firm} ({certificate}): {alike.join(', ')}
                    </li>
                  ))}
                </ul>
              </Notice>
            )}
            <h2>{t('senders.checklist')}</h2>
            <Checklist of={application} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Summary({ of: { state, of: firm, service, kind, createdAt, note, certificate } }: { of: Application }) {
  const { t } = useTranslation();
  return (
    <Facts
      facts={[
        [t('firm.state'), <SenderState key="state" state={state} />],
        [t('senders.firm'), firm.name],
        [t('senders.businessNumber'), firm.businessNumber],
        [t('senders.representative'), firm.representative],
        [t('senders.address'), firm.officeAddress],
        [t('senders.service'), t(`services.${service as 'web'}`)],
        [t('senders.kind'), t(`applicationKinds.${kind as 'new'}`)],
        [t('cases.made'), <Time key="made" at={createdAt} />],
        [t('firm.code'), certificate],
        [t('report.note'), note],
      ]}
    />
  );
}

function Checklist({ of: { application, items, state } }: { of: Application }) {
  const { t } = useTranslation();
  const may = useMay();
  const isUnderReview = may('applications.review') && state.endsWith('-review');
  const decide = {
    title: t('senders.decide'),
    cell: ({ item, title }: Application['items'][number]) => (
      <Find application={application} item={item} title={title} />
    ),
  };
  return (
    <Table
      caption={t('senders.checklist')}
      rows={items}
      rowKey={({ item }) => item}
      empty={t('senders.noItems')}
      columns={[
        { title: t('senders.item'), cell: ({ item, title }) => `${item} ${title}` },
        {
          title: t('senders.evidence'),
          cell: ({ evidence }) =>
            evidence.map(({ sha256 }) => <EvidenceLink key={sha256} {...{ application, sha256 }} />),
        },
        {
          title: t('senders.finding'),
          cell: ({ finding }) =>
            finding !== undefined && (
              <Badge tone={finding === 'met' ? 'good' : 'bad'}>{t(`findings.${finding as 'met'}`)}</Badge>
            ),
        },
        ...(isUnderReview ? [decide] : []),
      ]}
    />
  );
}

function EvidenceLink({ application, sha256 }: { application: string; sha256: string }) {
  return (
    <a href={`/v1/applications/${application}/evidence/${sha256}`} download>
      <code>{sha256.slice(0, 12)}</code>
    </a>
  );
}

function Find({ application, item, title }: { application: string; item: string; title: string }) {
  const { t } = useTranslation();
  const [remark, setRemark] = useState('');
  return (
    <div className="form-actions">
      {(['met', 'unmet'] as const).map((finding) => (
        <ActButton
          key={finding}
          ask={t(`findings.${finding}`)}
          title={`${item} ${title}`}
          refresh={REFRESH}
          act={(idempotencyKey) =>
            postV1ApplicationsByNumberFindings(
              application,
              { item, finding, ...(remark !== '' && { remark }) },
              { idempotencyKey },
            )
          }
        >
          <Field label={t('senders.remark')} value={remark} onChange={setRemark} lines={2} />
        </ActButton>
      ))}
    </div>
  );
}

function Steps({ of: { application, state } }: { of: Application }) {
  const { t } = useTranslation();
  const may = useMay();
  const [note, setNote] = useState('');
  const more = note === '' ? {} : { note };
  return (
    <div className="form-actions">
      {may('applications.review') &&
        (STEPS[state] ?? []).map((step) => (
          <ActButton
            key={step}
            ask={t(`senders.${step}`)}
            title={t('senders.application', { number: application })}
            refresh={REFRESH}
            onDone={() => setNote('')}
            act={(idempotencyKey) =>
              postV1ApplicationsByNumberReview(application, { step, ...more }, { idempotencyKey })
            }
          >
            <Field label={t('report.note')} value={note} onChange={setNote} lines={2} />
          </ActButton>
        ))}
      {may('applications.decide') &&
        state === 'committee' &&
        (['certify', 'refuse'] as const).map((decision) => (
          <ActButton
            key={decision}
            ask={t(`senders.${decision}`)}
            look={decision === 'certify' ? 'main' : 'plain'}
            title={t('senders.application', { number: application })}
            refresh={REFRESH}
            act={(idempotencyKey) =>
              postV1ApplicationsByNumberDecision(application, { decision, ...more }, { idempotencyKey })
            }
          >
            <Field label={t('report.note')} value={note} onChange={setNote} lines={2} />
          </ActButton>
        ))}
    </div>
  );
}
