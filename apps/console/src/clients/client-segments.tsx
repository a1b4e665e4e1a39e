import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { clientsPath } from './use-client-filters.js';

/** The groups that the client is in now, each leading to everybody in it. */
export function ClientSegments({ segments }: { segments: ClientDetail['segments'] }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <section className="panel">
      <h2>{t('hub.segments')}</h2>
      {segments.length === 0 && <p className="quiet">{t('client.noSegments')}</p>}
      <ul className="cards">
        {segments.map((s) => (
          <li key={s.code} className="card-line">
            <Link to={clientsPath({ segment: s.code })}>{s.name}</Link>
            <span className="quiet">{t('client.since', { time: f.moment(s.enteredAt) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
