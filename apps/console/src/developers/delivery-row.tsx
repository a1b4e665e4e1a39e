import { useTranslation } from 'react-i18next';
import type { Delivery } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { DeliveryState } from './delivery-state.js';

interface Props {
  readonly delivery: Delivery;
  readonly current: boolean;
  readonly show: (id: string) => void;
}

/** One delivery of the log: what became of it, what it is, how often it was tried, and when it began. */
export function DeliveryRow({ delivery: d, current, show }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <li>
      <button type="button" aria-current={current} onClick={() => show(d.id)}>
        <DeliveryState delivery={d} />
        <code className="delivery-type">{d.type}</code>
        <time dateTime={d.createdAt} className="quiet">
          {f.exact(d.createdAt)}
        </time>
        <span className="delivery-said quiet">
          {d.attempts > 0 && <span>{t('log.attempts', { count: d.attempts, n: f.count(d.attempts) })}</span>}
          {d.state === 'delivered' ? <span>{d.subject}</span> : d.lastError !== '' && <span>{d.lastError}</span>}
        </span>
      </button>
    </li>
  );
}
