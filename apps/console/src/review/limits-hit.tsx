import { useTranslation } from 'react-i18next';
import type { LimitHit } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from '../identity/said.js';

/** Which limits the two would exceed as one client, and by which values of which side. */
export function LimitsHit({ limits }: { limits: readonly LimitHit[] }) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  return (
    <section className="limits-hit">
      <h3>{t('review.limits')}</h3>
      {limits.map((l) => (
        <div key={l.name}>
          <p>{t('review.limit', { what: said(l.nameText), most: f.count(l.most), found: f.count(l.found) })}</p>
          <dl>
            {[l.left, l.right].map((values, side) => (
              <div key={side === 0 ? 'left' : 'right'}>
                <dt>{t(side === 0 ? 'review.limitLeft' : 'review.limitRight')}</dt>
                <dd>{values.length === 0 ? '–' : values.join(t('models.comma'))}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  );
}
