import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet } from 'react-router';
import { ContactLine } from '../parts/contact-line.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Mark } from '../parts/mark.tsx';
import { useSite } from '../session/session.ts';
import { usePublicTasks } from './tasks.ts';

/** What stands around every public page. */
export function PublicShell() {
  const { t } = useTranslation();
  const site = useSite();
  const tasks = usePublicTasks();
  return (
    <div className="public">
      <a className="skip" href="#main">
        {t('common.skip')}
      </a>
      <header className="public-header">
        <Link to="/" className="brand">
          <Mark />
          <span className="brand-name" lang="ko">
            봉수
          </span>
          {site !== undefined && <span className="brand-member">{site.member}</span>}
        </Link>
        <nav aria-label={t('common.pages')}>
          <ul>
            {tasks.map(({ path, name }) => (
              <li key={path}>
                <NavLink to={path}>{t(`tasks.${name}.short`)}</NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className="public-header-end">
          <LanguageSwitch />
          <ContactLine />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="public-footer">
        <p>{t('common.footer')}</p>
        <p>
          <Link to="/help">{t('help.title')}</Link>
          <Link to="/console">{t('common.toConsole')}</Link>
        </p>
      </footer>
    </div>
  );
}
