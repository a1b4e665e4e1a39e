import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Session } from '../api/generated/hub.schemas.js';
import { type Shortcut, useShortcuts } from './keys.js';
import { PLACES } from './places.js';

/** The shortcuts of every page: `g` and a letter to each place, `/` to search, `?` for what there is. */
export function useWays(session: Session, help: () => void): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      ...PLACES.filter((p) => session.scopes.includes(p.needs)).map((place) => ({
        keys: `g ${place.key}`,
        does: t('keys.go', { place: t(`place.${place.word}`) }),
        run: () => void navigate(place.path),
      })),
      {
        keys: '/',
        does: t('keys.search'),
        run: () => {
          const field = document.querySelector<HTMLInputElement>('input[type=search]');
          if (field) field.select();
          else void navigate('/clients', { state: { search: true } });
        },
      },
      { keys: '?', does: t('keys.help'), run: help },
    ],
    [t, navigate, session, help],
  );
  useShortcuts(shortcuts);
}
