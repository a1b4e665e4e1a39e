import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useCountReviews } from '../api/generated/hub.js';
import type { DecideReviewVerdict, ReviewCounts } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { IdentityWays } from '../identity/identity-ways.js';
import { useSignedIn } from '../session/session.js';
import { AsOf } from '../shell/as-of.js';
import { type Shortcut, useShortcuts } from '../shell/keys.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { useTitle } from '../shell/title.js';
import { answersTo } from './answers-to.js';
import { LastDecision } from './last-decision.js';
import { NothingToReview } from './nothing-to-review.js';
import { ReviewPairView } from './review-pair-view.js';
import { ReviewQueue } from './review-queue.js';
import { Surges } from './surges.js';
import { useReviewQueue } from './use-review-queue.js';
import '../styles/page.css';
import '../styles/identity.css';
import '../styles/review.css';

/** Pairs that only a person can judge, one after the other, by mouse or keyboard. */
export function ReviewPage() {
  const { t } = useTranslation();
  const f = useFormats();
  const session = useSignedIn();
  useTitle(t('place.review'));
  const [params, setParams] = useSearchParams();
  const cause = params.get('cause') ?? undefined;
  const { query, waiting, decided, decide, undo } = useReviewQueue(cause);
  const counts = useCountReviews<ReviewCounts, Problem>();
  const [reason, setReason] = useState<string>();
  const said = reason ?? t('review.usualReason');
  const at = Math.max(
    0,
    waiting.findIndex((p) => p.id === params.get('pair')),
  );
  const pair = waiting[at];
  const done = decided.filter((d) => d.state === 'done');
  const last = decided.at(-1);
  const failed = decided.find((d) => d.state === 'failed');

  const show = useCallback(
    (id: string | undefined) =>
      setParams(
        (p) => {
          if (id === undefined) p.delete('pair');
          else p.set('pair', id);
          return p;
        },
        { replace: true },
      ),
    [setParams],
  );
  const judge = useCallback(
    (verdict: DecideReviewVerdict) => {
      if (!pair || said.trim() === '') return;
      decide(pair, verdict, said.trim());
      show((waiting[at + 1] ?? waiting[at - 1])?.id);
    },
    [pair, said, decide, show, waiting, at],
  );
  const takeBack = useCallback(() => {
    if (last?.state !== 'done') return;
    undo(last, said);
    show(last.pair.id);
  }, [last, undo, said, show]);
  const shortcuts = ((): Shortcut[] => {
    const moves = [
      { keys: 'j', does: t('review.next'), run: () => show(waiting[at + 1]?.id ?? pair?.id) },
      { keys: 'k', does: t('review.previous'), run: () => show(waiting[at - 1]?.id ?? pair?.id) },
    ];
    if (!session.scopes.includes('write')) return moves;
    const answers = pair ? answersTo(pair).answers : [];
    return [
      ...moves,
      ...answers.map(({ verdict, word, key }) => ({
        keys: key,
        does: t(`review.${word}`),
        run: () => judge(verdict),
      })),
      { keys: 'u', does: t('review.undo'), run: takeBack },
    ];
  })();
  useShortcuts(shortcuts);
  const total = counts.data?.items.reduce((sum, c) => sum + c.n, 0);

  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('place.review')}</h1>
        <span className="quiet" role="status">
          {t('review.progress', { done: f.count(done.length), waiting: total === undefined ? '…' : f.count(total) })}
        </span>
        <IdentityWays />
        <AsOf query={query} />
      </div>
      <Surges mayWrite={session.scopes.includes('write')} />
      {query.error && (
        <ProblemNote what={t('review.listFailed')} problem={query.error} retry={() => void query.refetch()} />
      )}
      {failed?.problem && <ProblemNote what={t('review.decideFailed')} problem={failed.problem} />}
      {last && last.state !== 'failed' && <LastDecision decided={last} undo={takeBack} />}
      {!query.data && !query.error && <TableSkeleton rows={8} />}
      {query.data && (
        <div className="review">
          <ReviewQueue
            counts={counts.data?.items ?? []}
            cause={cause}
            choose={(c) => setParams(c === undefined ? {} : { cause: c })}
            pairs={waiting}
            current={pair?.id}
            show={show}
          />
          {pair ? (
            <ReviewPairView
              key={pair.id}
              pair={pair}
              mayWrite={session.scopes.includes('write')}
              reason={said}
              setReason={setReason}
              judge={judge}
            />
          ) : (
            <NothingToReview decided={done.length} narrowed={cause !== undefined} />
          )}
        </div>
      )}
    </div>
  );
}
