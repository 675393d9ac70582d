import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

/** Leads to the rows before those that are shown; nothing where there are none. */
export function Older<Place>({ next, onOlder }: { next: Place | undefined; onOlder: (before: Place) => void }) {
  const { t } = useTranslation();
  if (next === undefined) return undefined;
  return (
    <Button look="plain" onPress={() => onOlder(next)}>
      {t('cases.older')}
    </Button>
  );
}
