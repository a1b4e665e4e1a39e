import { useTranslation } from 'react-i18next';
import type { Island } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';

/** How far the history of a system is read, and how long it may take; it says so when that is not known. */
export function BackfillProgress({ island }: { island: Island }) {
  const { t } = useTranslation();
  const f = useFormats();
  const { rowsDone: done, rowsExpected: expected, recordsPerSecond: rate } = island;
  if (expected === null || expected === 0)
    return <p className="island-progress">{t('island.progressUnknown', { done: f.count(done) })}</p>;
  const left = Math.max(0, expected - done);
  return (
    <div className="island-progress">
      <progress value={Math.min(done, expected)} max={expected} aria-label={t('island.status_backfill')} />
      <span>{t('island.progress', { done: f.count(done), expected: f.count(expected) })}</span>
      <span className="quiet">
        {rate > 0 ? t('island.left', { time: f.span(left / rate) }) : t('island.noEstimate')}
      </span>
    </div>
  );
}
