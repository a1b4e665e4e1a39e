import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { answerIdentityAuditPair } from '../api/generated/hub.js';
import type { AuditPairAnswered } from '../api/generated/hub.schemas.js';
import { Problem } from '../api/problem.js';

export type Answer = NonNullable<AuditPairAnswered['answer']>;

/** An answer of this visit. */
export interface Said extends AuditPairAnswered {
  readonly n: number;
}

/** Sends answers, one at a time, and knows the last of this visit, so that it can be taken back. */
export function useAnswers(audit: string) {
  const queries = useQueryClient();
  const [last, setLast] = useState<Said>();
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const answer = useCallback(
    async (n: number, said: Answer | null): Promise<boolean> => {
      setSending(true);
      setProblem(undefined);
      try {
        setLast({ n, ...(await answerIdentityAuditPair(audit, n, { answer: said })) });
        await queries.invalidateQueries();
        return true;
      } catch (e) {
        setProblem(e instanceof Problem ? e : Problem.unreachable());
        return false;
      } finally {
        setSending(false);
      }
    },
    [audit, queries],
  );
  /** The hub follows the answer now. */
  const settled = useCallback((n: number) => setLast((l) => (l?.n === n ? { ...l, offer: null } : l)), []);
  return { last, problem, sending, answer, settled };
}
