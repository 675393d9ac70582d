import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getV1Quarantine } from '../../api/generated.ts';
import { Notice } from '../../parts/notice.tsx';
import { useMay } from '../../session/session.ts';
import { LOOK_AGAIN_MS } from '../queues.tsx';

/** Says so while anything is quarantined: a flood, or a stolen key. */
export function QuarantineAlarm() {
  const { t } = useTranslation();
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['quarantine'],
    queryFn: () => getV1Quarantine(),
    refetchInterval: LOOK_AGAIN_MS,
    enabled: may('quarantine.read'),
  });
  const held = data?.members.filter(({ quarantined }) => quarantined > 0) ?? [];
  if (held.length === 0) return null;
  return (
    <Notice tone="bad" title={t('quarantine.alarm')}>
      {held.map(({ member, quarantined }) => (
        <p key={member}>{t('quarantine.alarmText', { member, quarantined })}</p>
      ))}
      <p>
        <Link to="/console/quarantine">{t('quarantine.alarmNext')}</Link>
      </p>
    </Notice>
  );
}
