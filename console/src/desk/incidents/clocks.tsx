import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type getV1IncidentClocks, postV1IncidentsByIncidentClocksAndClockFiling } from '../../api/generated.ts';
import { currentLanguage } from '../../languages/languages.ts';
import { Badge, type BadgeTone } from '../../parts/badge.tsx';
import { Field } from '../../parts/field.tsx';
import { Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';

export type Clock = Awaited<ReturnType<typeof getV1IncidentClocks>>['clocks'][number];

const TONES: Readonly<Record<string, BadgeTone>> = {
  running: 'wait',
  warned: 'bad',
  missed: 'bad',
  late: 'bad',
  kept: 'good',
  done: 'good',
  'without-delay': 'wait',
};

/** Duties with their hours: what is due to whom, until when, and what was filed. */
export function Clocks({ clocks, isOfMany = false }: { clocks: readonly Clock[]; isOfMany?: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const incident = {
    title: t('incidents.one'),
    cell: ({ incident: number }: Clock) => (
      <Link className="number" to={`/console/incidents/${number}`}>
        {number}
      </Link>
    ),
  };
  return (
    <Table
      caption={t('incidents.clocks')}
      rows={clocks}
      rowKey={({ incident: number, clock }) => `${number} ${clock}`}
      empty={t('incidents.noClocks')}
      columns={[
        ...(isOfMany ? [incident] : []),
        { title: t('incidents.duty'), cell: ({ text, duty }) => text?.[currentLanguage()] ?? duty },
        { title: t('incidents.addressee'), cell: ({ addressee }) => addressee?.[currentLanguage()] },
        { title: t('incidents.knownAt'), cell: ({ knownAt }) => <Time at={knownAt} /> },
        { title: t('incidents.dueAt'), cell: ({ dueAt }) => <Time at={dueAt} /> },
        {
          title: t('firm.state'),
          cell: ({ state }) => <Badge tone={TONES[state] ?? 'calm'}>{t(`clockState.${state as 'running'}`)}</Badge>,
        },
        {
          title: t('incidents.filed'),
          cell: (clock) =>
            clock.filedAt === undefined ? (
              may('incidents.change') && <FileClock clock={clock} />
            ) : (
              <>
                {clock.filedReference} <Time at={clock.filedAt} />
              </>
            ),
        },
      ]}
    />
  );
}

function FileClock({ clock: { incident, clock, duty, text } }: { clock: Clock }) {
  const { t } = useTranslation();
  const [reference, setReference] = useState('');
  return (
    <ActButton
      ask={t('incidents.file')}
      title={text?.[currentLanguage()] ?? duty}
      refresh={['incident', 'incident-clocks']}
      act={(idempotencyKey) =>
        postV1IncidentsByIncidentClocksAndClockFiling(incident, clock, { reference }, { idempotencyKey })
      }
    >
      <Field
        label={t('incidents.reference')}
        help={t('incidents.referenceHelp')}
        value={reference}
        onChange={setReference}
        isRequired
      />
    </ActButton>
  );
}
