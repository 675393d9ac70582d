import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { getV1IncidentsByIncident, postV1IncidentsByIncidentFacts } from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';
import { Clocks } from './clocks.tsx';
import { EMPTY_FACT, factBody, FactFields } from './fact-fields.tsx';
import { IncidentState } from './incidents-page.tsx';
import { UnreachedPeople } from './unreached.tsx';

type Incident = Awaited<ReturnType<typeof getV1IncidentsByIncident>>;

/** One incident: what is known since when, what is due, who is on the lists, who was told. */
export function IncidentPage() {
  const { t } = useTranslation();
  const { incident = '' } = useParams();
  const may = useMay();
  const query = useQuery({ queryKey: ['incident', incident], queryFn: () => getV1IncidentsByIncident(incident) });
  return (
    <Page
      title={query.data?.title ?? incident}
      lead={incident}
      actions={query.data?.incidentState === 'open' && may('incidents.change') && <AddFact incident={incident} />}
    >
      <Loaded query={query}>
        {(one) => (
          <>
            <Counts of={one} />
            <h2>{t('incidents.clocks')}</h2>
            <Clocks clocks={one.clocks} />
            <h2>{t('incidents.timeline')}</h2>
            <Timeline of={one} />
            <h2>{t('incidents.evidence')}</h2>
            <Evidence of={one} />
            <h2>{t('rooms.exposed')}</h2>
            <Lists of={one} />
            <h2>{t('incidents.notices')}</h2>
            <Notices of={one} />
            <UnreachedPeople incident={incident} batches={one.notices} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Counts({ of: { incidentState, openedAt, counts } }: { of: Incident }) {
  const { t } = useTranslation();
  return (
    <Facts
      facts={[
        [t('firm.state'), <IncidentState key="state" state={incidentState} />],
        [t('incidents.openedAt'), <Time key="opened" at={openedAt} />],
        [t('incidents.exposed'), counts.exposed],
        [t('incidents.victims'), counts.registered.victims],
        [t('incidents.refunded'), counts.registered.refunded],
        [
          t('incidents.reconciles'),
          <Badge key="reconciles" tone={counts.reconciles ? 'good' : 'bad'}>
            {counts.reconciles ? t('incidents.yes') : t('incidents.no')}
          </Badge>,
        ],
      ]}
    />
  );
}

/** A list in the order in which things became known, and not in that in which they happened: the law counts from knowing. */
function Timeline({ of: { facts } }: { of: Incident }) {
  const { t } = useTranslation();
  const inOrder = [...facts].sort((one, other) => one.knownAt.localeCompare(other.knownAt));
  return (
    <ol className="timeline">
      {inOrder.map(({ fact, what, automatic, knownAt, happenedAt, marks, persons, recordedBy }) => (
        <li key={fact}>
          <p className="timeline-time">
            <Time at={knownAt} />
          </p>
          <p>{automatic === undefined ? what : t('incidents.listAttached', automatic)}</p>
          <p className="timeline-marks">
            {marks.map((mark) => (
              <Badge key={mark} tone="wait">
                {t(`marks.${mark as 'breach'}`)}
              </Badge>
            ))}
            {persons !== undefined && <span>{t('incidents.personsCount', { count: persons })}</span>}
            {happenedAt !== undefined && (
              <span>
                {t('report.occurredOn')} <Time at={happenedAt} />
              </span>
            )}
            <span>{recordedBy}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}

function Evidence({ of: { incident, evidence } }: { of: Incident }) {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('incidents.evidence')}
      rows={evidence}
      rowKey={({ sha256 }) => sha256}
      empty={t('incidents.noEvidence')}
      columns={[
        {
          title: t('report.name'),
          cell: ({ name, sha256 }) => (
            <a href={`/v1/incidents/${incident}/evidence/${sha256}`} download>
              {name}
            </a>
          ),
        },
        { title: t('exposed.hash'), cell: ({ sha256 }) => <code>{sha256.slice(0, 16)}</code> },
        { title: t('incidents.sealedAt'), cell: ({ sealedAt }) => <Time at={sealedAt} /> },
        { title: t('cases.entry'), cell: ({ entry }) => entry && `${entry.member} ${entry.index}` },
      ]}
    />
  );
}

function Lists({ of: { lists } }: { of: Incident }) {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('rooms.exposed')}
      rows={lists}
      rowKey={({ list, version }) => `${list} ${version}`}
      empty={t('incidents.noLists')}
      columns={[
        { title: t('cases.number'), cell: ({ list }) => list },
        { title: t('exposed.version'), cell: ({ version }) => version },
        { title: t('exposed.people'), cell: ({ lines }) => lines },
        { title: t('exposed.added'), cell: ({ added }) => added },
        { title: t('cases.made'), cell: ({ attachedAt }) => <Time at={attachedAt} /> },
      ]}
    />
  );
}

function Notices({ of: { notices } }: { of: Incident }) {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('incidents.notices')}
      rows={notices}
      rowKey={({ batch }) => batch}
      empty={t('incidents.noNotices')}
      columns={[
        { title: t('incidents.batch'), cell: ({ batch }) => batch },
        { title: t('exposed.people'), cell: ({ recipients }) => recipients },
        {
          title: t('firm.state'),
          cell: ({ states }) =>
            Object.entries(states as Record<string, number>)
              .map(([state, count]) => `${t(`noticeState.${state as 'sent'}`)} ${count}`)
              .join(', '),
        },
      ]}
    />
  );
}

function AddFact({ incident }: { incident: string }) {
  const { t } = useTranslation();
  const [fact, setFact] = useState(EMPTY_FACT);
  return (
    <ActButton
      ask={t('incidents.addFact')}
      look="main"
      title={t('incidents.addFactTitle')}
      refresh={['incident', 'incident-clocks']}
      onDone={() => setFact(EMPTY_FACT)}
      act={(idempotencyKey) => postV1IncidentsByIncidentFacts(incident, factBody(fact), { idempotencyKey })}
    >
      <FactFields fact={fact} onChange={setFact} />
    </ActButton>
  );
}
