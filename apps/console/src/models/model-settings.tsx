import { useTranslation } from 'react-i18next';
import type { MatchSettings } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from '../identity/said.js';

/** Thresholds and limits in a line each. */
export function ModelSettings({ settings: s }: { settings: MatchSettings }) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const limits = s.valueLimits.flatMap((l) =>
    l.most === null ? [] : [t('models.valueLimit', { what: said(l.nameText), most: f.count(l.most) })],
  );
  const blocked = Object.values(s.blocked).reduce((n, values) => n + values.length, 0);
  const { scale, offset } = s.calibration;
  const lines: [string, string][] = [
    ['link', t('models.fromOn', { share: f.fine(s.link) })],
    ['review', t('models.fromOn', { share: f.fine(s.review) })],
    ['curve', t('models.curveOf', { scale, offset: `${offset < 0 ? '−' : '+'} ${Math.abs(offset)}` })],
    ['clusterLimit', f.count(s.clusterLimit)],
    ['diameterLimit', s.diameterLimit === null ? t('models.noLimit') : f.count(s.diameterLimit)],
    ['blockLimit', f.count(s.blockLimit)],
    ['blocked', f.count(blocked)],
    ['valueLimits', limits.length === 0 ? t('models.noLimit') : limits.join(t('models.comma'))],
  ];
  return (
    <dl className="model-settings">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`models.${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
