import { useTranslation } from 'react-i18next';
import type { Loop } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** The middle: how many people all those records are, and the groups of them that a campaign can address. */
export function HubNode({ loop }: { loop: Loop }) {
  const { t } = useTranslation();
  const f = useFormats();
  const records = loop.islands.reduce((sum, i) => sum + i.read - i.waiting, 0);
  return (
    <section className="node hub-node" data-node="hub">
      <p className="hub-clients">
        <b data-figure="clients">{f.count(loop.clients)}</b> {t('hub.clients', { count: loop.clients })}
      </p>
      <p className="quiet">{t('hub.from', { count: records, n: f.count(records) })}</p>
      <h2 className="kicker">{t('hub.segments')}</h2>
      {loop.segments.length === 0 ? (
        <p className="quiet">{t('hub.noSegments')}</p>
      ) : (
        <ul className="pairs">
          {loop.segments.map((s) => (
            <li key={s.code}>
              <span>{s.name}</span>
              <b>{f.count(s.members)}</b>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
