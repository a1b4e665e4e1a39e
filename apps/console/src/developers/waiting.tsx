import { useTranslation } from 'react-i18next';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** The hub counts to one more than this. */
const COUNTED = 10_000;

/** How many deliveries wait for an endpoint, and for how long the oldest has. */
export function Waiting({ endpoint: { kind, health } }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (kind === 'pull')
    return (
      <span className="quiet" aria-hidden="true">
        –
      </span>
    );
  const n = health.waiting > COUNTED ? t('endpoint.moreThan', { n: f.count(COUNTED) }) : f.count(health.waiting);
  return (
    <span>
      {n}
      {health.oldestWaitingAt !== null && (
        <span className="quiet"> · {t('endpoint.oldest', { time: f.moment(health.oldestWaitingAt) })}</span>
      )}
    </span>
  );
}
