import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { Session } from '../api/generated/hub.schemas.js';
import { isIn, PLACES } from './places.js';

/** The ways to the pages that the person who is signed in may see. */
export function Navigation({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <nav className="places" aria-label={t('shell.places')}>
      <ul>
        {PLACES.filter((p) => session.scopes.includes(p.needs)).map((place) => (
          <li key={place.path}>
            <Link to={place.path} aria-current={isIn(place, pathname) ? 'page' : undefined}>
              {t(`place.${place.word}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
