import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getV1IncidentsByIncidentUnreached, postV1IncidentsByIncidentTold } from '../../api/generated.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useMay } from '../../session/session.ts';
import { ActButton } from '../act-button.tsx';

type Unreached = Awaited<ReturnType<typeof getV1IncidentsByIncidentUnreached>>['unreached'][number];

/** States of notices whose people are told in another way; after `uncertain` nobody knows whether they were told. */
const UNREACHED = ['bounced', 'failed', 'uncertain'];

interface Props {
  readonly incident: string;
  /** How many notices of each batch stand how. */
  readonly batches: readonly { readonly states: Readonly<Record<string, number>> }[];
}

/** Whom no text reached, or perhaps none. Their numbers are shown when they are asked for: each look is in the journal. */
export function UnreachedPeople({ incident, batches }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const [isShown, setIsShown] = useState(false);
  const count = (state: string): number => batches.reduce((sum, { states }) => sum + (states[state] ?? 0), 0);
  const people = UNREACHED.reduce((sum, state) => sum + count(state), 0);
  if (people === 0) return null;
  const uncertain = count('uncertain');
  return (
    <>
      <Notice tone="calm" title={t('incidents.unreachedPeople', { count: people })}>
        {uncertain > 0 && <p>{t('incidents.uncertainPeople', { count: uncertain })}</p>}
      </Notice>
      {may('open-rights.read') && !isShown && (
        <Button look="plain" onPress={() => setIsShown(true)}>
          {t('incidents.showUnreached')}
        </Button>
      )}
      {isShown && <UnreachedList incident={incident} />}
    </>
  );
}

function UnreachedList({ incident }: { incident: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery({
    queryKey: ['unreached', incident],
    queryFn: () => getV1IncidentsByIncidentUnreached(incident),
  });
  return (
    <Loaded query={query}>
      {({ unreached }) => (
        <Table
          caption={t('incidents.unreached')}
          rows={unreached}
          rowKey={({ batch, notice }) => `${batch} ${notice}`}
          empty={t('incidents.noUnreached')}
          columns={[
            { title: t('incidents.line'), cell: ({ msisdn }) => <span className="number">{msisdn}</span> },
            {
              title: t('firm.state'),
              cell: ({ noticeState }) => <Badge tone="bad">{t(`noticeState.${noticeState as 'uncertain'}`)}</Badge>,
            },
            {
              title: t('incidents.tell'),
              cell: (one) => may('incident-requests.take') && <Tell incident={incident} one={one} />,
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Tell({ incident, one: { batch, notice } }: { incident: string; one: Unreached }) {
  const { t } = useTranslation();
  const [channel, setChannel] = useState('');
  return (
    <ActButton
      ask={t('incidents.tell')}
      title={t('incidents.tellTitle')}
      refresh={['incident', 'unreached']}
      act={(idempotencyKey) => postV1IncidentsByIncidentTold(incident, { batch, notice, channel }, { idempotencyKey })}
    >
      <Field
        label={t('incidents.channel')}
        help={t('incidents.channelHelp')}
        value={channel}
        onChange={setChannel}
        isRequired
      />
    </ActButton>
  );
}
