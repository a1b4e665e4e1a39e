import { useTranslation } from 'react-i18next';
import type { MatchSettings } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** Thresholds and limits in a line each. */
export function ModelSettings({ settings: s }: { settings: MatchSettings }) {
  const { t } = useTranslation();
  const f = useFormats();
  const blocked = Object.values(s.blocked).reduce((n, values) => n + values.length, 0);
  const lines: [string, string][] = [
    ['link', t('models.fromOn', { share: f.fine(s.link) })],
    ['review', t('models.fromOn', { share: f.fine(s.review) })],
    ['clusterLimit', f.count(s.clusterLimit)],
    ['diameterLimit', s.diameterLimit === null ? t('models.noLimit') : f.count(s.diameterLimit)],
    ['blockLimit', f.count(s.blockLimit)],
    ['blocked', f.count(blocked)],
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
