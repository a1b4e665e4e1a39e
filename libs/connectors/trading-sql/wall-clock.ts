const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone);
  if (!f)
    formats.set(
      zone,
      (f = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })),
    );
  return f;
}

/** How far the zone's clocks are ahead of UTC at an instant, milliseconds. */
function offset(at: number, zone: string): number {
  const parts = format(zone).formatToParts(new Date(at));
  const get = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
  return wall - Math.floor(at / 1000) * 1000;
}

/** Universal time as counters write times: `2026-01-05 01:30:00.123`. */
export function universal(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 23);
}

/** What a clock on the wall of the zone shows at an instant. */
export function wallClock(at: number, zone: string): string {
  return universal(at + offset(at, zone));
}

/**
 * The earliest that a clock on the wall showed from `from` to `to`: when clocks are set back in between, that is up to
 * an hour before what it showed at `from`.
 */
export function earliestWall(from: number, to: number, zone: string): string {
  return universal(from + Math.min(offset(from, zone), offset(to, zone)));
}
