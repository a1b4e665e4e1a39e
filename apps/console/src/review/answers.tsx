import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decideReview } from '../api/generated/hub.js';
import type { DecideReviewVerdict, IdentityChanges, ReviewPair } from '../api/generated/hub.schemas.js';
import { Problem } from '../api/problem.js';
import { Changes } from '../identity/changes.js';
import { ProblemNote } from '../shell/problem-note.js';
import { answersTo } from './answers-to.js';

interface Props {
  readonly pair: ReviewPair;
  readonly reason: string;
  readonly setReason: (reason: string) => void;
  readonly judge: (verdict: DecideReviewVerdict) => void;
}

/** The reason, the answers, and what the one that changes most would change. */
export function Answers({ pair, reason, setReason, judge }: Props) {
  const { t } = useTranslation();
  const [would, setWould] = useState<IdentityChanges>();
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  const { answers, previewed } = answersTo(pair);
  const ask = async () => {
    setAsking(true);
    setProblem(undefined);
    try {
      setWould(await decideReview(pair.id, { verdict: previewed, reason, dryRun: true }));
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
        {answers.map(({ verdict, word, key }) => (
          <Button key={key} size="large" disabled={unsaid} onClick={() => judge(verdict)}>
            {t(`review.${word}`)} <kbd aria-hidden="true">{key}</kbd>
          </Button>
        ))}
        <Button type="link" loading={asking} disabled={unsaid} onClick={() => void ask()}>
          {t(`review.preview_${previewed}`)}
        </Button>
      </div>
    </div>
  );
}
