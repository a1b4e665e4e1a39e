import { useTranslation } from 'react-i18next';
import type { ReviewCountsItemsItem, ReviewPair } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import { useSaid } from '../identity/said.js';

interface Props {
  readonly counts: readonly ReviewCountsItemsItem[];
  readonly cause: string | undefined;
  readonly choose: (cause: string | undefined) => void;
  readonly pairs: readonly ReviewPair[];
  readonly current: string | undefined;
  readonly show: (id: string) => void;
}

/** What waits, by cause, and the pairs of the chosen one. */
export function ReviewQueue({ counts, cause, choose, pairs, current, show }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const total = counts.reduce((sum, c) => sum + c.n, 0);
  return (
    <section className="panel review-queue" aria-label={t('review.queue')}>
      <div className="causes" role="group" aria-label={t('review.causes')}>
        <button type="button" aria-pressed={cause === undefined} onClick={() => choose(undefined)}>
          {t('review.all')} <b>{f.count(total)}</b>
        </button>
        {counts.map((c) => (
          <button key={c.cause} type="button" aria-pressed={cause === c.cause} onClick={() => choose(c.cause)}>
            {t(`review.cause_${c.cause}`, { defaultValue: c.cause })} <b>{f.count(c.n)}</b>
          </button>
        ))}
      </div>
      <ol>
        {pairs.map((p) => (
          <li key={p.id}>
            <button type="button" aria-current={p.id === current} onClick={() => show(p.id)}>
              <b>
                {p.left.name ?? t('clients.unnamed')} · {p.right.name ?? t('clients.unnamed')}
              </b>
              <span className="quiet">{said(p.causeText)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
