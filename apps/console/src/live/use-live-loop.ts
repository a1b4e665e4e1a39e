import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { getGetLoopQueryKey, getSession, useGetLoop } from '../api/generated/hub.js';
import type { Loop } from '../api/generated/hub.schemas.js';
import { isSignedOut, Problem } from '../api/problem.js';
import { type LiveState, LiveStore } from './live-store.js';
import { LoopStream } from './loop-stream.js';

const POLL_WHILE_CUT_MS = 5000;

export interface LiveLoop {
  /** The newest snapshot; the last good one while the hub does not answer. */
  readonly loop: Loop | undefined;
  /** Why there is no snapshot. */
  readonly problem: Problem | undefined;
  readonly live: LiveState;
  readonly retry: () => void;
}

/**
 * The loop, kept current by the stream. The first picture is asked for beside it, so that a stream which a proxy holds
 * back still leaves a page that is right, if slower.
 *
 * @param ended called once when the session is over.
 */
export function useLiveLoop(ended: () => void): LiveLoop {
  const client = useQueryClient();
  const [store] = useState(() => new LiveStore());
  const live = useSyncExternalStore(store.subscribe, store.read);
  const query = useGetLoop<Loop, Problem>({
    query: {
      staleTime: Infinity,
      retry: false,
      refetchInterval: live.connection === 'live' ? false : POLL_WHILE_CUT_MS,
    },
  });

  useEffect(() => {
    const stream = new LoopStream({
      snapshot: (loop) => {
        store.sample(loop);
        // What was asked for after a press may be newer than a snapshot that was on its way.
        client.setQueryData<Loop>(getGetLoopQueryKey(), (now) => (now && now.asOf > loop.asOf ? now : loop));
      },
      event: (e) => store.event(e),
      connection: (c) => store.connection(c),
      signedIn: () =>
        getSession().then(
          () => true,
          (e: unknown) => {
            if (isSignedOut(e)) return false;
            throw e;
          },
        ),
    });
    stream.open();
    return () => stream.close();
  }, [client, store]);

  const over = live.connection === 'ended' || isSignedOut(query.error);
  useEffect(() => {
    if (over) ended();
  }, [over, ended]);

  return {
    loop: query.data,
    problem: query.data === undefined ? (query.error ?? undefined) : undefined,
    live,
    retry: () => void query.refetch(),
  };
}
