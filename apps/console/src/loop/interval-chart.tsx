import { useFormats } from '../format/formats.js';
import { scaleOf } from './scale.js';

interface Arm {
  readonly key: string;
  readonly name: string;
  readonly rate: number;
  readonly interval: { readonly low: number; readonly high: number };
}

const ROW = 26;
const AXIS = 22;

/** Rates with their 95 % intervals on one axis, which spans what there is to see and not always 0 to 100 %. */
export function RatesChart({ arms, label }: { arms: readonly Arm[]; label: (arm: Arm) => string }) {
  const f = useFormats();
  const scale = scaleOf(
    arms.map((a) => a.interval),
    [0, 1],
  );
  const height = arms.length * ROW + AXIS;
  return (
    <svg className="intervals" height={height} role="img" aria-label={arms.map(label).join('; ')}>
      {scale.ticks.map((v) => (
        <g key={v} className="tick">
          <line x1={scale.x(v)} x2={scale.x(v)} y1="0" y2={height - AXIS} />
          <text x={scale.x(v)} y={height - 6}>
            {f.percent(v).replace(/[.,]0/, '')}
          </text>
        </g>
      ))}
      {arms.map((a, i) => (
        <g key={a.key} className={`whisker whisker-${a.key}`}>
          <line x1={scale.x(a.interval.low)} x2={scale.x(a.interval.high)} y1={(i + 0.5) * ROW} y2={(i + 0.5) * ROW} />
          <circle cx={scale.x(a.rate)} cy={(i + 0.5) * ROW} r="5.5" />
        </g>
      ))}
    </svg>
  );
}

/** The difference with its 95 % interval, and zero: what matters is whether the interval keeps clear of it. */
export function DifferenceChart({
  effect,
  format,
}: {
  effect: { low: number; high: number; estimate: number; significant: boolean };
  format: (difference: number) => string;
}) {
  const scale = scaleOf([effect, { low: 0, high: 0 }], [-1, 1]);
  const height = ROW + AXIS;
  return (
    <svg className="intervals" height={height} aria-hidden="true">
      {scale.ticks.map((v) => (
        <g key={v} className={v === 0 ? 'tick tick-zero' : 'tick'}>
          <line x1={scale.x(v)} x2={scale.x(v)} y1="0" y2={height - AXIS} />
          <text x={scale.x(v)} y={height - 6}>
            {format(v).replace(/[.,]0$/, '')}
          </text>
        </g>
      ))}
      <g className={`whisker ${effect.significant ? 'whisker-treatment' : 'whisker-unclear'}`}>
        <line x1={scale.x(effect.low)} x2={scale.x(effect.high)} y1={ROW / 2} y2={ROW / 2} />
        <circle cx={scale.x(effect.estimate)} cy={ROW / 2} r="5.5" />
      </g>
    </svg>
  );
}
