import { useTranslation } from 'react-i18next';
import { Time } from '../parts/time.tsx';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Evidence has no shape of its own: times as ours, numbers and words as they are, lists by their length. */
export function Evidence({ value }: { value: unknown }) {
  const { t } = useTranslation();
  if (typeof value === 'boolean') return <>{value ? t('common.yes') : t('common.no')}</>;
  if (typeof value === 'string' && RFC3339.test(value)) return <Time at={value} />;
  return <>{evidenceText(value)}</>;
}

function evidenceText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? String(value.length) : JSON.stringify(value);
}
