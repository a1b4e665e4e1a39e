import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Location, useNavigate, useOutletContext } from 'react-router';
import { useGetSession, useSignOut } from '../api/generated/hub.js';
import type { Session } from '../api/generated/hub.schemas.js';
import { isSignedOut, type Problem } from '../api/problem.js';
import { rememberCsrf } from '../api/request.js';

/** Why somebody is at the sign-in page, when it was not their own idea. */
export type SignInReason = 'ended' | 'signedOut';

/** What the sign-in page is told by the page that sent somebody there. */
export interface SentToSignIn {
  readonly reason?: SignInReason;
  /** Path of the page to come back to. */
  readonly from?: string;
}

export function comeBackTo({ pathname, search }: Pick<Location, 'pathname' | 'search'>): SentToSignIn {
  return { from: pathname + search };
}

/** Who is signed in. `undefined` while it is asked; `null` when nobody is. */
export function useSession(): { session: Session | null | undefined; problem: Problem | undefined; retry: () => void } {
  const query = useGetSession<Session, Problem>({
    query: {
      staleTime: 5 * 60_000,
      retry: false,
      refetchInterval: (q) => (q.state.data === undefined && q.state.error?.status === 0 ? 5000 : false),
    },
  });
  if (query.data) rememberCsrf(query.data);
  const out = isSignedOut(query.error);
  return {
    session: query.data ?? (out ? null : undefined),
    problem: query.data || out ? undefined : (query.error ?? undefined),
    retry: () => void query.refetch(),
  };
}

/** Who is signed in, on every page inside the frame. */
export function useSignedIn(): Session {
  return useOutletContext<Session>();
}

/** Forgets everything of the session and goes to the sign-in page. */
export function useLeave(): (reason: SignInReason) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    (reason) => {
      client.clear();
      const state: SentToSignIn = { reason, ...(reason === 'ended' ? comeBackTo(window.location) : {}) };
      void navigate('/sign-in', { replace: true, state });
    },
    [client, navigate],
  );
}

/** Ends the session at the hub, and leaves. `failed` when the hub could not be told: then one is still signed in. */
export function useLeaveBySigningOut(failed: (problem: Problem) => void): () => void {
  const leave = useLeave();
  const out = useSignOut<Problem>({
    mutation: {
      onSuccess: () => leave('signedOut'),
      onError: (problem) => (isSignedOut(problem) ? leave('signedOut') : failed(problem)),
    },
  });
  return () => out.mutate();
}
