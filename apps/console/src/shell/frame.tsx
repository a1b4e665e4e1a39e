import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { getGetSessionQueryKey } from '../api/generated/hub.js';
import { isSignedOut } from '../api/problem.js';
import { comeBackTo, useLeave, useSession } from '../session/session.js';
import { KeysProvider } from './keys.js';
import { PageProblem } from './page-problem.js';
import { Shell } from './shell.js';

/** Every page for whoever is signed in, in the shell; everybody else is sent to sign in, and comes back afterwards. */
export function Frame() {
  const { session, problem, retry } = useSession();
  const location = useLocation();
  useEndOfSession();
  if (session === null) return <Navigate to="/sign-in" replace state={comeBackTo(location)} />;
  if (problem) return <Shell>{<PageProblem problem={problem} retry={retry} />}</Shell>;
  if (session === undefined) return <Shell />;
  return (
    <KeysProvider>
      <Shell session={session}>
        <Outlet context={session} />
      </Shell>
      <ScrollRestoration />
    </KeysProvider>
  );
}

/** Leaves as soon as any answer says that the session is over. */
function useEndOfSession(): void {
  const client = useQueryClient();
  const leave = useLeave();
  const look = useCallback((error: unknown) => isSignedOut(error) && leave('ended'), [leave]);
  useEffect(() => {
    const queries = client.getQueryCache().subscribe((e) => {
      if (e.type !== 'updated' || e.action.type !== 'error') return;
      // The first question, whether anybody is signed in, is not the end of a session.
      if (e.query.queryKey[0] !== getGetSessionQueryKey()[0]) look(e.action.error);
    });
    const writes = client.getMutationCache().subscribe((e) => {
      if (e.type === 'updated' && e.action.type === 'error') look(e.action.error);
    });
    return () => {
      queries();
      writes();
    };
  }, [client, look]);
}
