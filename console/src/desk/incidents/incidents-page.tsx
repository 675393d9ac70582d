import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getV1IncidentClocks, getV1Incidents, postV1Incidents } from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';
import { Clocks } from './clocks.tsx';
import { EMPTY_FACT, factBody, FactFields } from './fact-fields.tsx';
import { Field } from '../../parts/field.tsx';

/** Incidents, and above them every clock of the law that runs. */
export function IncidentsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const clocks = useQuery({ queryKey: ['incident-clocks'], queryFn: () => getV1IncidentClocks() });
  const query = useQuery({ queryKey: ['incidents'], queryFn: () => getV1Incidents({}) });
  return (
    <Page title={t('rooms.incidents')} lead={t('incidents.lead')} actions={may('incidents.open') && <OpenIncident />}>
      <h2>{t('incidents.clocks')}</h2>
      <Loaded query={clocks}>{(list) => <Clocks clocks={list.clocks} isOfMany />}</Loaded>
      <h2>{t('rooms.incidents')}</h2>
      <Loaded query={query}>
        {({ incidents }) => (
          <Table
            caption={t('rooms.incidents')}
            rows={incidents}
            rowKey={({ incident }) => incident}
            empty={t('incidents.empty')}
            columns={[
              {
                title: t('cases.number'),
                cell: ({ incident }) => (
                  <Link className="number" to={`/console/incidents/${incident}`}>
                    {incident}
                  </Link>
                ),
              },
              { title: t('incidents.title'), cell: ({ title }) => title },
              { title: t('firm.state'), cell: ({ incidentState }) => <IncidentState state={incidentState} /> },
              { title: t('incidents.openedAt'), cell: ({ openedAt }) => <Time at={openedAt} /> },
              { title: t('cases.by'), cell: ({ openedBy }) => openedBy },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

export function IncidentState({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge tone={state === 'open' ? 'bad' : 'calm'}>{t(`incidentState.${state as 'open'}`)}</Badge>;
}

function OpenIncident() {
  const { t } = useTranslation();
  const [title, setTitle] = useState('');
  const [fact, setFact] = useState(EMPTY_FACT);
  return (
    <ActButton
      ask={t('incidents.open')}
      look="main"
      title={t('incidents.openTitle')}
      refresh={['incidents', 'incident-clocks']}
      onDone={() => {
        setTitle('');
        setFact(EMPTY_FACT);
      }}
      act={(idempotencyKey) => postV1Incidents({ title, ...factBody(fact) }, { idempotencyKey })}
    >
      <Field label={t('incidents.title')} value={title} onChange={setTitle} isRequired />
      <FactFields fact={fact} onChange={setFact} />
    </ActButton>
  );
}
