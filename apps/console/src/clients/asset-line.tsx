import { useTranslation } from 'react-i18next';
import { useFormats } from '../format/formats.js';

const WIDTH = 320;
const HEIGHT = 72;

interface Day {
  readonly day: string;
  readonly net: number;
}

/** Net assets by day, oldest first. A snapshot holds until the next one, so the line goes in steps. */
export function AssetLine({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation();
  const f = useFormats();
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last || days.length < 2) return null;
  const from = Date.parse(first.day);
  const span = Date.parse(last.day) - from;
  const most = Math.max(...days.map((d) => d.net), 1);
  const x = (d: Day) => ((Date.parse(d.day) - from) / span) * WIDTH;
  const y = (net: number) => HEIGHT - 1 - (Math.max(0, net) / most) * (HEIGHT - 4);
  const steps = days
    .map((d, i) => (i === 0 ? `M0 ${y(d.net)}` : `H${x(d).toFixed(1)}V${y(d.net).toFixed(1)}`))
    .join('');
  const change = first.net === 0 ? undefined : (last.net - first.net) / first.net;
  return (
    <figure className="asset-line">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="asset-under" d={`${steps}H${WIDTH}V${HEIGHT}H0Z`} />
        <path className="asset-over" d={`${steps}H${WIDTH}`} />
      </svg>
      <figcaption className="quiet">
        {t('client.assetChange', {
          from: f.day(first.day),
          to: f.day(last.day),
          change: change === undefined ? '–' : f.change(change),
        })}
      </figcaption>
    </figure>
  );
}
