import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { decideReview, useGetReview, useRevealReview } from '../api/generated/hub.js';
import type {
  Client,
  DecideReviewVerdict,
  IdentityChanges,
  RevealedReview,
  Review,
  ReviewPair,
} from '../api/generated/hub.schemas.js';
import { Problem } from '../api/problem.js';
import { ClientName } from '../clients/client-name.js';
import { useFormats } from '../format/formats.js';
import { Changes } from '../identity/changes.js';
import { EvidenceTable } from '../identity/evidence-table.js';
import { useSaid } from '../identity/said.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { LimitsHit } from './limits-hit.js';
import { SideBySide } from './side-by-side.js';

interface Props {
  readonly pair: ReviewPair;
  readonly mayWrite: boolean;
  readonly reason: string;
  readonly setReason: (reason: string) => void;
  readonly judge: (verdict: DecideReviewVerdict) => void;
}

/** One pair: why it waits, both clients side by side, the weights, and the three answers. */
export function ReviewPairView({ pair, mayWrite, reason, setReason, judge }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const said = useSaid();
  const review = useGetReview<Review, Problem>(pair.id);
  const [clear, setClear] = useState(false);
  const revealed = useRevealReview<RevealedReview, Problem>(pair.id, {
    query: { enabled: clear, staleTime: Infinity, gcTime: 0 },
  });
  return (
    <article className="panel review-pair">
      <header className="panel-head">
        <div>
          <h2>{t('review.question')}</h2>
          <p className="quiet">
            {said(pair.causeText)}
            {review.data && <> · {t('review.likely', { share: f.certainty(review.data.evidence.probability) })}</>}
          </p>
        </div>
        {mayWrite && (
          <Button onClick={() => setClear(true)} disabled={clear} loading={revealed.isFetching}>
            {t(clear ? 'review.inClear' : 'review.reveal')}
          </Button>
        )}
      </header>
      {review.error && (
        <ProblemNote what={t('review.pairFailed')} problem={review.error} retry={() => void review.refetch()} />
      )}
      {revealed.error && <ProblemNote what={t('review.revealFailed')} problem={revealed.error} />}
      {!review.data && !review.error && <TableSkeleton rows={7} />}
      {review.data && (
        <>
          <SideBySide
            left={review.data.leftClient}
            right={review.data.rightClient}
            heads={[
              <ClientLink key="left" client={review.data.leftClient} />,
              <ClientLink key="right" client={review.data.rightClient} />,
            ]}
            revealed={revealed.data}
          />
          {review.data.limits.length > 0 && <LimitsHit limits={revealed.data?.limits ?? review.data.limits} />}
          <h3>{t('identity.evidence')}</h3>
          <EvidenceTable evidence={review.data.evidence} />
        </>
      )}
      {mayWrite ? (
        <Answers pair={pair} reason={reason} setReason={setReason} judge={judge} />
      ) : (
        <p className="quiet">{t('review.mayNot')}</p>
      )}
    </article>
  );
}

function ClientLink({ client }: { client: Client }) {
  return (
    <Link to={`/clients/${client.id}`}>
      <ClientName client={client} />
    </Link>
  );
}

function Answers({ pair, reason, setReason, judge }: Omit<Props, 'mayWrite'>) {
  const { t } = useTranslation();
  const [would, setWould] = useState<IdentityChanges>();
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    setProblem(undefined);
    try {
      setWould(await decideReview(pair.id, { verdict: 'same', reason, dryRun: true }));
    } catch (e) {
      setProblem(e instanceof Problem ? e : Problem.unreachable());
    }
    setAsking(false);
  };
  const unsaid = reason.trim() === '';
  return (
    <div className="answers">
      <label>
        {t('review.reason')}
        <Input
          value={reason}
          maxLength={500}
          status={unsaid ? 'error' : ''}
          onChange={(e) => setReason(e.target.value)}
        />
      </label>
      {would && <Changes changes={would} />}
      {problem && <ProblemNote what={t('review.previewFailed')} problem={problem} />}
      <div className="answers-buttons">
        <Button type="primary" size="large" disabled={unsaid} onClick={() => judge('same')}>
          {t('review.same')} <kbd aria-hidden="true">s</kbd>
        </Button>
        <Button size="large" disabled={unsaid} onClick={() => judge('different')}>
          {t('review.different')} <kbd aria-hidden="true">d</kbd>
        </Button>
        <Button size="large" disabled={unsaid} onClick={() => judge('later')}>
          {t('review.later')} <kbd aria-hidden="true">l</kbd>
        </Button>
        <Button type="link" loading={asking} disabled={unsaid} onClick={() => void ask()}>
          {t('review.preview')}
        </Button>
      </div>
    </div>
  );
}
