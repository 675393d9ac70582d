import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { ProblemNotice } from '../parts/notice.tsx';

/** Before anybody is known: nothing while that is asked, and why not where the node does not say. */
export function NotThere({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useTranslation();
  if (error === null) return null;
  return (
    <main className="not-there">
      <h1>{t('common.notThere')}</h1>
      <ProblemNotice error={error} />
      <Button onPress={onAgain}>{t('common.tryAgain')}</Button>
    </main>
  );
}
