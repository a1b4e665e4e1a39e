import { useTranslation } from 'react-i18next';
import type { IdentityCard } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** How the client came about: what joined it and what parted from it, newest first. */
export function Passages({ card }: { card: IdentityCard }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (card.history.length === 0) return null;
  return (
    <details className="passages">
      <summary>{t('identity.history')}</summary>
      {card.formerIds.length > 0 && (
        <p className="quiet">{t('identity.former', { ids: card.formerIds.map(shortId).join(', ') })}</p>
      )}
      <ol>
        {card.history.map((h) => (
          <li key={`${h.at} ${h.from} ${h.into}`}>
            <time className="quiet" dateTime={h.at}>
              {f.moment(h.at)}
            </time>{' '}
            {t(`identity.event_${h.kind}`, { from: shortId(h.from), into: shortId(h.into) })}
          </li>
        ))}
      </ol>
    </details>
  );
}

function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}
