import { useTranslation } from 'react-i18next';
import { useFormats } from '../format/formats.js';

/** The queue is done, or has nothing of the chosen cause. */
export function NothingToReview({ decided, narrowed }: { decided: number; narrowed: boolean }) {
  const { t } = useTranslation();
  const f = useFormats();
  return (
    <section className="empty">
      <h2>{t(narrowed ? 'review.noneOfCause' : 'review.none')}</h2>
      <p>{decided > 0 ? t('review.doneHere', { count: decided, n: f.count(decided) }) : t('review.noneHint')}</p>
    </section>
  );
}
