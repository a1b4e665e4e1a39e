import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetIdentityAudit } from '../api/generated/hub.js';
import type { IdentityAuditDetail } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { type Shortcut, useShortcuts } from '../shell/keys.js';
import { ProblemNote } from '../shell/problem-note.js';
import { TableSkeleton } from '../shell/table-skeleton.js';
import { AuditPairView } from './audit-pair-view.js';
import { AuditResult } from './audit-result.js';
import { DecideDialog, type Deciding } from './decide-dialog.js';
import { LastAnswer } from './last-answer.js';
import { type Answer, useAnswers } from './use-answers.js';

interface Props {
  readonly id: string;
  /** Which pair is asked for; undefined: the first without an answer. */
  readonly pair: number | undefined;
  readonly mayWrite: boolean;
  readonly show: (pair: number | undefined) => void;
}

/** One audit: how far it is, its pairs one after the other, by mouse or keyboard, and what was found. */
export function AuditPanel({ id, pair, mayWrite, show }: Props) {
  const { t } = useTranslation();
  const f = useFormats();
  const audit = useGetIdentityAudit<IdentityAuditDetail, Problem>(id);
  const { last, problem, sending, answer, settled } = useAnswers(id);
  const [deciding, setDeciding] = useState<Deciding>();
  const sample = audit.data?.sample ?? [];
  const isOpen = (s: (typeof sample)[number]) => s.answer === null && !s.gone;
  const n = pair ?? sample.find(isOpen)?.n;
  const shown = sample.find((s) => s.n === n);
  const judge = async (said: Answer) => {
    if (n === undefined || sending || shown?.gone !== false) return;
    const next = sample.find((s) => s.n > n && isOpen(s)) ?? sample.find((s) => s.n !== n && isOpen(s));
    if (await answer(n, said)) show(next?.n);
  };
  const undo = async () => {
    if (last && last.answer !== last.before && (await answer(last.n, last.before))) show(last.n);
  };
  const move = (by: number) => {
    const to = (n ?? sample.length + 1) + by;
    if (to >= 1 && to <= sample.length) show(to);
  };
  const shortcuts: Shortcut[] = [
    { keys: 'j', does: t('audits.next'), run: () => move(1) },
    { keys: 'k', does: t('audits.previous'), run: () => move(-1) },
  ];
  if (mayWrite)
    shortcuts.push(
      { keys: 's', does: t('audits.same'), run: () => void judge('same') },
      { keys: 'd', does: t('audits.different'), run: () => void judge('different') },
      { keys: 'c', does: t('audits.cannotTell'), run: () => void judge('cannot_tell') },
      { keys: 'u', does: t('audits.undo'), run: () => void undo() },
    );
  useShortcuts(shortcuts);
  if (audit.error)
    return <ProblemNote what={t('audits.getFailed')} problem={audit.error} retry={() => void audit.refetch()} />;
  if (!audit.data) return <TableSkeleton rows={8} />;
  const { pairs, answered, gone } = audit.data;
  return (
    <>
      <p className="audit-progress" role="status">
        <progress max={pairs} value={answered + gone} aria-label={t('audits.progress')} />
        {t('audits.answered', { done: f.count(answered), all: f.count(pairs) })}
        {gone > 0 && <span className="quiet">{t('audits.gone', { count: gone, n: f.count(gone) })}</span>}
      </p>
      {problem && <ProblemNote what={t('audits.answerFailed')} problem={problem} />}
      {last && <LastAnswer said={last} undo={() => void undo()} decide={setDeciding} />}
      {shown ? (
        <AuditPairView
          key={shown.n}
          audit={id}
          state={shown}
          all={pairs}
          mayWrite={mayWrite}
          sending={sending}
          judge={(said) => void judge(said)}
          move={move}
          decide={setDeciding}
        />
      ) : (
        <section className="panel all-done">
          <h2>{t('audits.allDone')}</h2>
          <p className="quiet">{t('audits.allDoneHint')}</p>
          <button type="button" className="link" onClick={() => move(-1)}>
            {t('audits.previous')} <kbd aria-hidden="true">k</kbd>
          </button>
        </section>
      )}
      {sample.some(isOpen) ? (
        <details className="panel so-far">
          <summary>{t('audits.soFar')}</summary>
          <AuditResult audit={audit.data} />
        </details>
      ) : (
        <section className="panel so-far">
          <h2>{t('audits.result')}</h2>
          <AuditResult audit={audit.data} />
        </section>
      )}
      {deciding && (
        <DecideDialog audit={id} deciding={deciding} decided={settled} close={() => setDeciding(undefined)} />
      )}
    </>
  );
}
