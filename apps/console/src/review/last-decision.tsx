import { useTranslation } from 'react-i18next';
import type { Decided } from './use-review-queue.js';

/** What was decided last, and the way back. */
export function LastDecision({ decided, undo }: { decided: Decided; undo: () => void }) {
  const { t } = useTranslation();
  const { left, right } = decided.pair;
  return (
    <p className="notice last-decision" role="status">
      <span>
        {t(decided.state === 'undone' ? 'review.undone' : `review.said_${decided.verdict}`, {
          left: left.name ?? left.client.slice(-6),
          right: right.name ?? right.client.slice(-6),
        })}
      </span>
      {decided.state === 'done' && (
        <button type="button" className="link" onClick={undo}>
          {t('review.undo')} <kbd aria-hidden="true">u</kbd>
        </button>
      )}
    </p>
  );
}
