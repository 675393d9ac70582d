import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { BeaconChain } from '../parts/beacon.tsx';
import { usePageHeading } from '../parts/heading.ts';
import { usePublicTasks } from './tasks.ts';

export function HomePage() {
  const { t } = useTranslation();
  const tasks = usePublicTasks();
  const heading = usePageHeading(t('home.title'));
  return (
    <>
      <section className="hero">
        <div className="hero-text">
          <h1 ref={heading} tabIndex={-1}>
            {t('home.title')}
          </h1>
          <p>{t('home.lead')}</p>
        </div>
        <BeaconChain />
      </section>
      <ul className="tasks">
        {tasks.map(({ path, name }) => (
          <li key={path}>
            <Link to={path} className="task">
              <strong>{t(`tasks.${name}.title`)}</strong>
              <span>{t(`tasks.${name}.lead`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
