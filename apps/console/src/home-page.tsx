import { Navigate } from 'react-router';
import { LoopPage } from './loop/loop-page.js';
import { useSession } from './session/session.js';
import { PageProblem } from './shell/page-problem.js';
import { Shell } from './shell/shell.js';

/** The page `/` for whoever is signed in; everybody else is sent to sign in. */
export default function HomePage() {
  const { session, problem, retry } = useSession();
  if (session === null) return <Navigate to="/sign-in" replace />;
  if (problem) return <Shell>{<PageProblem problem={problem} retry={retry} />}</Shell>;
  if (session === undefined) return <Shell />;
  return <LoopPage session={session} />;
}
