import { useTranslation } from 'react-i18next';
import type { DeliveryDetail } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { CopyText } from '../shell/copy-text.js';
import { secondsTo } from './endpoint-sign.js';

/** The ids and times of a delivery. */
export function DeliveryFacts({ delivery: d }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const f = useFormats();
  const time = (iso: string) => (
    <time dateTime={iso}>
      {f.moment(iso)} <span className="quiet">{f.clock(iso)}</span>
    </time>
  );
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
            {secondsTo(d.nextAt) > 0 ? t('delivery.in', { time: f.span(secondsTo(d.nextAt)) }) : t('delivery.now')}
          </dd>
        </div>
      )}
    </dl>
  );
}
