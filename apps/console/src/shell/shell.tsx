import { App } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../api/generated/hub.schemas.js';
import { useLeaveBySigningOut } from '../session/session.js';
import { Mark } from './mark.js';
import { PreferencesBar } from './preferences-bar.js';
import '../styles/shell.css';

/** The frame of the page: who we are, how it is connected, how it looks, who is signed in. */
export function Shell({ status, session, children }: { status?: ReactNode; session?: Session; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <header className="bar">
        <div className="bar-inside">
          <span className="brand">
            <Mark />
            <b>{t('product')}</b>
          </span>
          {status}
          <span className="bar-gap" />
          <PreferencesBar />
          {session && <Account session={session} />}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Account({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const signOut = useLeaveBySigningOut((problem) => {
    void message.error(problem.status === 0 ? t('problem.unreachable') : problem.message);
  });
  return (
    <div className="account">
      <span title={session.name}>{session.login}</span>
      <button type="button" className="bar-button" onClick={signOut}>
        {t('shell.signOut')}
      </button>
    </div>
  );
}
