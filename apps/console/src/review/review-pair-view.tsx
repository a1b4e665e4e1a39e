import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGetReview, useRevealReview } from '../api/generated/hub.js';
import type { Client, DecideReviewVerdict, RevealedReview, Review, ReviewPair } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { ClientName } from '../clients/client-name.js';
import { useFormats } from '../format/formats.js';
import { EvidenceTable } from '../identity/evidence-table.js';
import { useSaid } from '../identity/said.js';
import { SideHead } from '../identity/side-head.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { Answers } from './answers.js';
import { ContestedRecord } from './contested-record.js';
import { LimitsHit } from './limits-hit.js';
import { type Column, SideBySide } from './side-by-side.js';

interface Props {
  readonly pair: ReviewPair;
  readonly mayWrite: boolean;
  readonly reason: string;
  readonly setReason: (reason: string) => void;
  readonly judge: (verdict: DecideReviewVerdict) => void;
}

/** One pair: why it waits, both clients side by side (with the record that fits both), the weights, and the answers. */
export function ReviewPairView({ pair, mayWrite, reason, setReason, judge }: Props) {
  const { t } = useTranslation();
  const said = useSaid();
  const review = useGetReview<Review, Problem>(pair.id);
  const [clear, setClear] = useState(false);
  const revealed = useRevealReview<RevealedReview, Problem>(pair.id, {
    query: { enabled: clear, staleTime: Infinity, gcTime: 0 },
  });
  const columns = useColumns(review.data, revealed.data);
  const contested = pair.cause === 'contested_record';
  return (
    <article className="panel review-pair">
      <header className="panel-head">
        <div>
          <h2>{t(contested ? 'review.whose' : 'review.question')}</h2>
          <p className="quiet">
            {said(pair.causeText)}
            {review.data && <Likely review={review.data} />}
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
          <SideBySide columns={columns} />
          {review.data.limits.length > 0 && <LimitsHit limits={revealed.data?.limits ?? review.data.limits} />}
          {review.data.contested ? (
            <ContestedRecord contested={review.data.contested} />
          ) : (
            <>
              <h3>{t('identity.evidence')}</h3>
              <EvidenceTable evidence={review.data.evidence} />
            </>
          )}
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

/** How likely it is that the two are one, or that the record is of either. */
function Likely({ review: { contested, evidence } }: { review: Review }) {
  const { t } = useTranslation();
  const f = useFormats();
  const text = contested
    ? t('review.fits', {
        left: f.certainty(contested.left.probability),
        right: f.certainty(contested.right.probability),
      })
    : t('review.likely', { share: f.certainty(evidence.probability) });
  return <> · {text}</>;
}

function useColumns(review: Review | undefined, revealed: RevealedReview | undefined): Column[] {
  const { t } = useTranslation();
  if (!review) return [];
  const { leftClient: left, rightClient: right, contested } = review;
  const between = contested && {
    head: <SideHead side={contested.side} unnamed={t('review.theRecord')} />,
    side: contested.side,
    revealed: revealed?.contested ?? undefined,
  };
  return [
    { head: <ClientLink client={left} />, side: left, revealed: revealed?.left },
    ...(between ? [between] : []),
    { head: <ClientLink client={right} />, side: right, revealed: revealed?.right },
  ];
}

function ClientLink({ client }: { client: Client }) {
  return (
    <Link to={`/clients/${client.id}`}>
      <ClientName client={client} />
    </Link>
  );
}
