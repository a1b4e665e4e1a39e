import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** What the client allowed and refused, the newest word on each channel and purpose. */
export function ClientConsents({ consents }: { consents: ClientDetail['consents'] }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <section className="panel">
      <h2>{t('client.consents')}</h2>
      {consents.length === 0 && <p className="quiet">{t('client.noConsents')}</p>}
      <ul className="cards">
        {consents.map((c) => (
          <li key={`${c.channel} ${c.purpose}`} className="card-line">
            <b>{t(`channel.${c.channel}`, { defaultValue: c.channel })}</b>
            <span className="quiet">{t(`purpose.${c.purpose}`, { defaultValue: c.purpose })}</span>
            <span className={`state consent-${c.state}`}>{t(`consent.${c.state}`, { defaultValue: c.state })}</span>
            <time className="quiet" dateTime={c.occurredAt}>
              {f.moment(c.occurredAt)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}
