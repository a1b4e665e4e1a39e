const WIDTH = 72;
const HEIGHT = 22;
const SAMPLES = 60;

/** The last minute of a rate, newest at the right. The scale is the line's own highest value, but never below 1. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  const points = values.map((v, i) => {
    const x = WIDTH - 1 - (values.length - 1 - i) * ((WIDTH - 2) / (SAMPLES - 1));
    return `${x.toFixed(1)},${(HEIGHT - 2 - (v / most) * (HEIGHT - 4)).toFixed(1)}`;
  });
  return (
    <svg
      className="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <line x1="1" x2={WIDTH - 1} y1={HEIGHT - 2} y2={HEIGHT - 2} />
      {points.length > 1 && <polyline points={points.join(' ')} />}
    </svg>
  );
}
