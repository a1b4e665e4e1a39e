import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import {
  decideReview,
  getCountReviewsQueryKey,
  getListReviewsQueryKey,
  revokeIdentityDecision,
  useListReviews,
} from '../api/generated/hub.js';
import type { DecideReviewVerdict, ReviewPair, ReviewPairPage } from '../api/generated/hub.schemas.js';
import { Problem } from '../api/problem.js';

/** A decision of this visit. */
export interface Decided {
  readonly pair: ReviewPair;
  readonly verdict: DecideReviewVerdict;
  /** `sending` until the hub has it; `failed` puts the pair back. */
  readonly state: 'sending' | 'done' | 'failed' | 'undone';
  readonly decisions: readonly string[];
  readonly problem?: Problem;
}

const PAGE_SIZE = 100;

/**
 * The pairs that wait, and what was decided here. A decided pair leaves the queue at once and comes back when the hub
 * refuses; decisions go to the hub one after the other, as they were made.
 */
export function useReviewQueue(cause: string | undefined) {
  const client = useQueryClient();
  const params = { limit: PAGE_SIZE, ...(cause === undefined ? {} : { cause: cause as 'uncertain' }) };
  const query = useListReviews<ReviewPairPage, Problem>(params);
  const [decided, setDecided] = useState<readonly Decided[]>([]);
  const [line] = useState(() => ({ last: Promise.resolve() }));

  const change = useCallback(
    (id: string, changed: Partial<Decided>) =>
      setDecided((all) => all.map((d) => (d.pair.id === id && d.state !== 'undone' ? { ...d, ...changed } : d))),
    [],
  );
  const inTurn = useCallback(
    (id: string, work: () => Promise<Partial<Decided>>) => {
      line.last = line.last.then(async () => {
        try {
          change(id, await work());
        } catch (e) {
          change(id, { state: 'failed', problem: e instanceof Problem ? e : Problem.unreachable() });
        }
        // Joining two may have settled other pairs too.
        await client.invalidateQueries({ queryKey: [getListReviewsQueryKey()[0]] });
        await client.invalidateQueries({ queryKey: getCountReviewsQueryKey() });
      });
    },
    [change, client, line],
  );
  const decide = useCallback(
    (pair: ReviewPair, verdict: DecideReviewVerdict, reason: string) => {
      setDecided((all) => [
        ...all.filter((d) => d.pair.id !== pair.id),
        { pair, verdict, state: 'sending', decisions: [] },
      ]);
      inTurn(pair.id, async () => {
        const { decisions } = await decideReview(pair.id, { verdict, reason });
        return { state: 'done', decisions };
      });
    },
    [inTurn],
  );
  const undo = useCallback(
    (of: Decided, reason: string) => {
      change(of.pair.id, { state: 'sending' });
      inTurn(of.pair.id, async () => {
        if (of.verdict === 'later')
          await decideReview(of.pair.id, { verdict: 'later', reason, until: new Date().toISOString() });
        for (const id of of.decisions) await revokeIdentityDecision(id, {});
        return { state: 'undone' };
      });
    },
    [change, inTurn],
  );
  const gone = new Set(decided.filter((d) => d.state === 'sending' || d.state === 'done').map((d) => d.pair.id));
  return { query, waiting: (query.data?.items ?? []).filter((p) => !gone.has(p.id)), decided, decide, undo };
}
