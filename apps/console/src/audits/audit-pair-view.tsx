import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetIdentityAuditPair, useRevealIdentityAuditPair } from '../api/generated/hub.js';
import type {
  IdentityAuditDetailSampleItem,
  IdentityAuditPair,
  RevealedAuditPair,
} from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { ComparedTable } from '../identity/compared-table.js';
import { SideHead } from '../identity/side-head.js';
import { SideBySide } from '../review/side-by-side.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import type { Deciding } from './decide-dialog.js';
import { Offer } from './offer.js';
import type { Answer } from './use-answers.js';

interface Props {
  readonly audit: string;
  readonly state: IdentityAuditDetailSampleItem;
  readonly all: number;
  readonly mayWrite: boolean;
  readonly sending: boolean;
  readonly judge: (answer: Answer) => void;
  readonly move: (by: number) => void;
  readonly decide: (deciding: Deciding) => void;
}

/** One pair of a sample: both side by side, what was compared, and the three answers; not what the hub makes of it. */
export function AuditPairView({ audit, state, all, mayWrite, sending, judge, move, decide }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const { n } = state;
  const pair = useGetIdentityAuditPair<IdentityAuditPair, Problem>(audit, n);
  const [clear, setClear] = useState(false);
  const revealed = useRevealIdentityAuditPair<RevealedAuditPair, Problem>(audit, n, {
    query: { enabled: clear, staleTime: Infinity, gcTime: 0 },
  });
  const { left, right, evidence, offer } = pair.data ?? { left: null, right: null, evidence: [], offer: null };
  return (
    <article className="panel review-pair">
      <header className="panel-head">
        <div>
          <h2>{t('audits.question')}</h2>
          <p className="quiet">
            {t('audits.place', { n: f.count(n), all: f.count(all) })} · {t('audits.blind')}
          </p>
        </div>
        {mayWrite && left && (
          <Button onClick={() => setClear(true)} disabled={clear} loading={revealed.isFetching}>
            {t(clear ? 'review.inClear' : 'review.reveal')}
          </Button>
        )}
      </header>
      {pair.error && (
        <ProblemNote what={t('audits.pairFailed')} problem={pair.error} retry={() => void pair.refetch()} />
      )}
      {revealed.error && <ProblemNote what={t('review.revealFailed')} problem={revealed.error} />}
      {!pair.data && !pair.error && <TableSkeleton rows={7} />}
      {pair.data && !left && <p className="notice">{t('audits.pairGone')}</p>}
      {left && right && (
        <>
          {/* Clients would tell what the hub makes of the two. */}
          <SideBySide
            columns={[
              { head: <SideHead side={left} unnamed={t('audits.one')} />, side: left, revealed: revealed.data?.left },
              {
                head: <SideHead side={right} unnamed={t('audits.other')} />,
                side: right,
                revealed: revealed.data?.right,
              },
            ]}
          />
          <h3>{t('audits.compared')}</h3>
          <ComparedTable evidence={evidence} />
        </>
      )}
      <div className="answers">
        {state.answer && (
          <p className="quiet">
            {t('audits.was', { answer: t(`audits.answer_${state.answer}`), who: state.answeredBy })}{' '}
            {mayWrite && <Offer n={n} offer={offer} decide={decide} />}
          </p>
        )}
        <div className="answers-buttons">
          {mayWrite && left && <Answers given={state.answer} sending={sending} judge={judge} />}
          <Button type="link" onClick={() => move(-1)} disabled={n <= 1}>
            {t('audits.previous')} <kbd aria-hidden="true">k</kbd>
          </Button>
          <Button type="link" onClick={() => move(1)} disabled={n >= all}>
            {t('audits.next')} <kbd aria-hidden="true">j</kbd>
          </Button>
        </div>
        {!mayWrite && <p className="quiet">{t('audits.mayNot')}</p>}
      </div>
    </article>
  );
}

const ANSWERS = [
  { answer: 'same', word: 'same', key: 's' },
  { answer: 'different', word: 'different', key: 'd' },
  { answer: 'cannot_tell', word: 'cannotTell', key: 'c' },
] as const;

function Answers({
  given,
  sending,
  judge,
}: { given: IdentityAuditDetailSampleItem['answer'] } & Pick<Props, 'sending' | 'judge'>) {
  const { t } = useTranslation();
  return ANSWERS.map(({ answer, word, key }) => (
    <Button
      key={key}
      size="large"
      disabled={sending}
      {...(given === null ? {} : { 'aria-pressed': given === answer, type: given === answer ? 'primary' : 'default' })}
      onClick={() => judge(answer)}
    >
      {t(`audits.${word}`)} <kbd aria-hidden="true">{key}</kbd>
    </Button>
  ));
}
