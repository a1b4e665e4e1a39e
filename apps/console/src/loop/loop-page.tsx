import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Loop, Session } from '../api/generated/hub.schemas.js';
import { useFormats } from '../format/formats.js';
import type { LiveState } from '../live/live-store.js';
import { useLiveLoop } from '../live/use-live-loop.js';
import { useLeave, useSignedIn } from '../session/session.js';
import { InBar } from '../shell/bar-slot.js';
import { PageProblem } from '../shell/page-problem.js';
import { useTitle } from '../shell/title.js';
import { Activity } from './activity.js';
import { Attention } from './attention.js';
import { ConnectionSign } from './connection-sign.js';
import { Effect } from './effect.js';
import { FirstSteps } from './first-steps.js';
import { FlowPicture } from './flow-picture.js';
import { Funnel } from './funnel.js';
import { LoopSkeleton } from './loop-skeleton.js';
import '../styles/page.css';
import '../styles/loop.css';

/** The loop, live: from the islands to one client, out through the campaign, and what came of it. */
export function LoopPage() {
  const { t } = useTranslation();
  const session = useSignedIn();
  const leave = useLeave();
  const ended = useCallback(() => leave('ended'), [leave]);
  const { loop, problem, live, retry } = useLiveLoop(ended);
  useTitle(t('loop.title'));
  return (
    <>
      <InBar>
        <ConnectionSign connection={live.connection} asOf={loop?.asOf} />
      </InBar>
      {problem ? (
        <PageProblem problem={problem} retry={retry} />
      ) : loop === undefined ? (
        <LoopSkeleton />
      ) : (
        <Picture loop={loop} live={live} session={session} />
      )}
    </>
  );
}

function Picture({ loop, live, session }: { loop: Loop; live: LiveState; session: Session }) {
  const { t } = useTranslation();
  const f = useFormats();
  if (loop.islands.length === 0) return <FirstSteps />;
  return (
    <div className="loop">
      {live.connection === 'reconnecting' && (
        <p className="stale" role="status">
          {t('live.stale', { time: f.clock(loop.asOf) })}
        </p>
      )}
      <div className="loop-head">
        <h1>{t('loop.title')}</h1>
        <Attention loop={loop} />
      </div>
      <FlowPicture loop={loop} rates={live.rates} />
      {loop.campaign ? (
        <div className="loop-below">
          <Funnel campaign={loop.campaign} session={session} />
          <Effect campaign={loop.campaign} />
          <Activity live={live} loop={loop} />
        </div>
      ) : (
        <Activity live={live} loop={loop} />
      )}
    </div>
  );
}
