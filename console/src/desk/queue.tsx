import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Time } from '../parts/time.tsx';

interface Props {
  readonly title: string;
  /** How many wait; undefined while that is being asked. */
  readonly count: number | undefined;
  readonly error: unknown;
  /** Since when the first of them waits, or when the next of them is due. */
  readonly oldest?: string | undefined;
  readonly due?: string | undefined;
  readonly path: string;
}

/** A pile of work: how high it is, and how long its oldest piece has lain there. */
export function Queue({ title, count, error, oldest, due, path }: Props) {
  const { t } = useTranslation();
  const isUnknown = count === undefined && error !== null;
  return (
    <Link to={path} className="queue" data-waiting={(count ?? 0) > 0}>
      <span className="queue-title">{title}</span>
      <strong className="queue-count">{count ?? (isUnknown ? '–' : '…')}</strong>
      <span className="queue-note">
        {isUnknown ? t('home.notKnown') : <Note count={count} oldest={oldest} due={due} />}
      </span>
    </Link>
  );
}

function Note({ count, oldest, due }: Pick<Props, 'count' | 'oldest' | 'due'>) {
  const { t } = useTranslation();
  if (count === 0) return t('home.nothingWaits');
  const at = due ?? oldest;
  if (at === undefined) return null;
  return (
    <>
      {due === undefined ? t('home.oldest') : t('home.due')} <Time at={at} />
    </>
  );
}
