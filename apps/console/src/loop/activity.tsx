import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { Loop } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import type { LiveState } from '../live/live-store.js';
import type { LoopEvent } from '../live/loop-stream.js';
import { wordFor, wordOrCode } from '../words/codes.js';

const SHOWN = 12;
const TOGETHER_MS = 10_000;

/** What happened, newest first; the same thing many times over is one line with a count. */
export function Activity({ live, loop }: { live: LiveState; loop: Loop }) {
  const { t } = useTranslation();
  const f = useFormats();
  const lines = grouped(live.events).slice(0, SHOWN);
  return (
    <section className="panel activity" id="activity">
      <h2>{t('activity.title')}</h2>
      <p className="quiet" data-seen={live.seen}>
        {t('activity.seen', { count: live.seen, n: f.count(live.seen) })}
      </p>
      {lines.length === 0 && <p className="quiet">{t('activity.none')}</p>}
      <ol>
        {lines.map(({ key, event, times }) => (
          <li key={key}>
            <time dateTime={event.at}>{f.clock(event.at)}</time>
            <span>{textOf(t, event, loop)}</span>
            {times > 1 ? (
              <span className="quiet">{t('activity.times', { n: f.count(times) })}</span>
            ) : (
              event.client && <code title={event.client}>{shortId(event.client)}</code>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Line {
  readonly key: string;
  /** The newest of those that read the same. */
  readonly event: LoopEvent;
  readonly times: number;
}

/** Events that read the same, within the same ten seconds, become one line at the place of the newest. */
function grouped(events: readonly LoopEvent[]): Line[] {
  const lines = new Map<string, Line>();
  for (const event of events) {
    const { segment, code, channel, outcome } = event.data;
    const window = Math.floor(Date.parse(event.at) / TOGETHER_MS);
    const key = JSON.stringify([window, event.type, segment, code, channel, outcome]);
    const line = lines.get(key);
    lines.set(key, { key, event: line?.event ?? event, times: (line?.times ?? 0) + 1 });
  }
  return [...lines.values()];
}

function textOf(t: TFunction, event: LoopEvent, loop: Loop): string {
  const text = (name: string) => (typeof event.data[name] === 'string' ? event.data[name] : '');
  const segment = text('segment');
  return t(`activity.${event.type}`, {
    defaultValue: event.type,
    segment: loop.segments.find((s) => s.code === segment)?.name ?? segment,
    code: text('code') === loop.campaign?.code ? loop.campaign.name : text('code'),
    channel: wordOrCode(t, 'kind', text('channel')),
    outcome: wordFor(t, 'outcome', text('outcome')),
  });
}

/** The end of an id: enough to tell clients apart at a glance; the whole is in the title. */
function shortId(id: string): string {
  return `…${id.slice(-6)}`;
}
