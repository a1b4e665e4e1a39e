import { useTranslation } from 'react-i18next';
import type { ClientDetail } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { AssetLine } from './asset-line.js';

const PARTS = ['total', 'cash', 'securities'] as const;

/** What the client has with the firm, and how it went over the snapshots that are known. */
export function ClientAssets({ assets }: { assets: ClientDetail['assets'] }) {
  const { t } = useTranslation();
  const f = useFormats();
  const newest = assets[0];
  if (!newest)
    return (
      <section className="panel">
        <h2>{t('client.assets')}</h2>
        <p className="quiet">{t('client.noAssets')}</p>
      </section>
    );
  const days = assets.flatMap((a) => (a.net === null ? [] : [{ day: a.day, net: Number(a.net) }])).toReversed();
  return (
    <section className="panel">
      <h2>
        {t('client.assets')} <span className="quiet">{f.day(newest.day)}</span>
      </h2>
      <p className="asset-net">
        <b>{newest.net === null ? '–' : f.decimal(newest.net)}</b> {t('asset.net')}
      </p>
      <AssetLine days={days} />
      <ul className="pairs">
        {PARTS.map((part) => {
          const value = newest[part];
          return (
            value !== null && (
              <li key={part}>
                <span>{t(`asset.${part}`)}</span>
                <b>{f.decimal(value)}</b>
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}
