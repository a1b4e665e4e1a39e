import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { Loop } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import type { LiveState } from '../live/live-store.js';
import type { LoopEvent } from '../live/loop-stream.js';
import { wordFor, wordOrCode } from '../words/codes.js';

const SHOWN = 14;

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
        {lines.map(({ event, times }) => (
          <li key={event.id}>
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

/** Runs of events that read the same become one; its event is the oldest of the run, so that the line stays itself. */
function grouped(events: readonly LoopEvent[]): { event: LoopEvent; times: number }[] {
  const out: { event: LoopEvent; times: number; same: string }[] = [];
  for (const event of events) {
    const { segment, code, channel, outcome } = event.data;
    const same = JSON.stringify([event.type, segment, code, channel, outcome]);
    const last = out.at(-1);
    if (last?.same === same) out[out.length - 1] = { event, times: last.times + 1, same };
    else out.push({ event, times: 1, same });
  }
  return out;
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
