import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useNavigate } from 'react-router';
import { Button } from '../parts/button.tsx';
import { ContactLine } from '../parts/contact-line.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Mark } from '../parts/mark.tsx';
import { useForget, useSignIn, useSite } from '../session/session.ts';
import { signOut } from '../session/sign-in-api.ts';
import { useRooms } from './rooms.ts';

/** What stands around every page of the console. */
export function DeskShell() {
  const { t } = useTranslation();
  const site = useSite();
  const rooms = useRooms();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="desk">
      <a className="skip" href="#main">
        {t('common.skip')}
      </a>
      <header className="desk-side">
        <div className="desk-side-head">
          <Link to="/console" className="brand">
            <Mark />
            <span className="brand-name" lang="ko">
              봉수
            </span>
            {site !== undefined && <span className="brand-member">{site.member}</span>}
          </Link>
          <ContactLine />
          <Button look="quiet" aria-expanded={isOpen} aria-controls="rooms" onPress={() => setOpen(!isOpen)}>
            {t('common.menu')}
          </Button>
        </div>
        <div id="rooms" className="desk-side-body" data-open={isOpen}>
          <nav aria-label={t('common.pages')} onClick={() => setOpen(false)}>
            <ul>
              {rooms.map(({ path, name }) => (
                <li key={path}>
                  <NavLink to={path} end={path === '/console'}>
                    {t(`rooms.${name}`)}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
          <div className="desk-side-end">
            <Who />
            <LanguageSwitch />
            <ContactLine />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Who() {
  const { t } = useTranslation();
  const who = useSignIn();
  const forget = useForget();
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    await signOut();
    await forget();
    await navigate('/console/sign-in');
  };
  return (
    <div className="who">
      {typeof who === 'object' && (
        <p>
          <strong>{who.displayName ?? who.name}</strong>
          <span>{t(`roles.${who.role as 'agent'}`)}</span>
        </p>
      )}
      <p className="who-links">
        <Link to="/console/account">{t('rooms.account')}</Link>
        <Button look="quiet" onPress={() => void leave()}>
          {t('signIn.leave')}
        </Button>
      </p>
    </div>
  );
}
