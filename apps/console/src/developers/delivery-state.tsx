import { useTranslation } from 'react-i18next';
import type { Delivery } from '../api/generated/hub.schemas.js';

/** Whether something will still happen to it without anybody's doing. */
export function isOpen(state: Delivery['state']): boolean {
  return state === 'ready' || state === 'claimed';
}

/** What became of a delivery, in a word and a sign. One that waits after an attempt waits to be tried again. */
export function DeliveryState({ delivery: { state, attempts } }: { delivery: Pick<Delivery, 'state' | 'attempts'> }) {
  const { t } = useTranslation();
  const word = state === 'ready' && attempts > 0 ? 'retry' : state;
  return <span className={`state delivery-${word}`}>{t(`deliveryState.${word}`)}</span>;
}
