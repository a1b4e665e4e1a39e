import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Session } from '../api/generated/hub.schemas.js';
import { Account } from './account.js';
import { BarSlot } from './bar-slot.js';
import { KeysHelp } from './keys-help.js';
import { Mark } from './mark.js';
import { Navigation } from './navigation.js';
import { PreferencesBar } from './preferences-bar.js';
import { useArrival } from './use-arrival.js';
import { useWays } from './use-ways.js';
import '../styles/shell.css';

/** The frame of every page: who we are, where one can go, how it is connected, how it looks, who is signed in. */
export function Shell({ session, children }: { session?: Session; children?: ReactNode }) {
  const { t } = useTranslation();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const main = useArrival();
  return (
    <>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <header className="bar">
        <div className="bar-inside">
          <Link to="/" className="brand">
            <Mark />
            <b>{t('product')}</b>
          </Link>
          {session && <Navigation session={session} />}
          <span className="bar-gap" />
          <span className="bar-slot" ref={setSlot} />
          {session && <Ways session={session} />}
          <PreferencesBar />
          {session && <Account session={session} />}
        </div>
      </header>
      <BarSlot value={slot}>
        <main id="main" tabIndex={-1} ref={main}>
          {children}
        </main>
      </BarSlot>
    </>
  );
}

/** The keyboard's ways through the console, and the button that lists them. */
function Ways({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [helping, setHelping] = useState(false);
  const help = useCallback(() => setHelping(true), []);
  useWays(session, help);
  return (
    <>
      <button type="button" className="bar-button keys-button" title={t('keys.title')} onClick={help}>
        <span aria-hidden="true">?</span>
        <span className="unseen">{t('keys.title')}</span>
      </button>
      <KeysHelp open={helping} close={() => setHelping(false)} />
    </>
  );
}
