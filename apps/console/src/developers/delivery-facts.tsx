import { useTranslation } from 'react-i18next';
import type { DeliveryDetail, Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { CopyText } from '../shell/copy-text.js';
import { secondsTo } from './endpoint-sign.js';

/** The ids and times of a delivery. */
export function DeliveryFacts({ delivery: d, endpoint }: { delivery: DeliveryDetail; endpoint: Endpoint }) {
  const { t } = useTranslation();
  const f = useFormats();
  const time = (iso: string) => <time dateTime={iso}>{f.exact(iso)}</time>;
  return (
    <dl className="fields">
      <div>
        <dt>webhook-id</dt>
        <dd>
          <CopyText text={d.id} />
        </dd>
      </div>
      <div>
        <dt>{t('delivery.eventId')}</dt>
        <dd>
          <CopyText text={d.eventId} />
        </dd>
      </div>
      <div>
        <dt>{t('delivery.subject')}</dt>
        <dd>
          <code>{d.subject}</code>
        </dd>
      </div>
      <div>
        <dt>{t('delivery.began')}</dt>
        <dd>{time(d.createdAt)}</dd>
      </div>
      {d.endedAt !== null && (
        <div>
          <dt>{t('delivery.ended')}</dt>
          <dd>{time(d.endedAt)}</dd>
        </div>
      )}
      {d.nextAt !== null && (
        <div>
          <dt>{t('delivery.next')}</dt>
          <dd>
            <Next at={d.nextAt} endpoint={endpoint} />
          </dd>
        </div>
      )}
    </dl>
  );
}

/** A delivery that is due still waits while its endpoint is disabled or left alone. */
function Next({ at, endpoint }: { at: string; endpoint: Endpoint }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (endpoint.state === 'disabled') return t('delivery.onceEnabled');
  const { breaker, openUntil } = endpoint.health;
  const rests = breaker !== 'closed' && openUntil !== null ? secondsTo(openUntil) : 0;
  const seconds = Math.max(secondsTo(at), rests);
  return seconds > 0 ? t('delivery.in', { time: f.span(seconds) }) : t('delivery.now');
}
