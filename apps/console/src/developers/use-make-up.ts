import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { recoverDeliveries, replayMissing } from '../api/generated/hub.js';
import { Problem } from '../api/problem.js';

/** `recover`: what was given up. `replay`: events that never became deliveries. */
export type MakeUp = 'recover' | 'replay';

export interface MakingUp {
  readonly phase: 'counting' | 'counted' | 'working' | 'done';
  readonly since: string;
  /** Counted before anything was sent. */
  readonly found: number;
  /** There are more than one count finds. */
  readonly more: boolean;
  /** Put back into the queue so far. */
  readonly made: number;
  readonly problem?: Problem;
}

interface Batch {
  readonly deliveries: number;
  /** From when to go on; null when all is done. */
  readonly next: string | null;
}

/** Counts what an endpoint missed since a time, and sends it in batches, until all is queued or somebody stops it. */
export function useMakeUp(endpoint: string, what: MakeUp) {
  const queries = useQueryClient();
  const [state, setState] = useState<MakingUp>();
  const stopped = useRef(false);

  const guarded = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (e) {
      const problem = e instanceof Problem ? e : Problem.unreachable();
      setState((s) => s && { ...s, phase: s.made > 0 ? 'done' : 'counted', problem });
    }
  };
  const count = (since: string) => {
    setState({ phase: 'counting', since, found: 0, more: false, made: 0 });
    return guarded(async () => {
      const { deliveries, next } = await batch(endpoint, what, since, true);
      setState({ phase: 'counted', since, found: deliveries, more: next !== null, made: 0 });
    });
  };
  const send = (counted: MakingUp) => {
    stopped.current = false;
    const { problem: _, ...clean } = counted;
    setState({ ...clean, phase: 'working' });
    return guarded(async () => {
      let from: string | null = counted.since;
      let made = 0;
      while (from !== null && !stopped.current) {
        const { deliveries, next }: Batch = await batch(endpoint, what, from, false);
        made += deliveries;
        setState({ ...clean, phase: 'working', made });
        // What fails again at once would be found for ever.
        from = what === 'recover' && made >= counted.found ? null : next;
      }
      setState({ ...clean, phase: 'done', made });
    }).then(() => queries.invalidateQueries());
  };
  return { state, count, send, stop: () => (stopped.current = true), again: () => setState(undefined) };
}

async function batch(id: string, what: MakeUp, since: string, dryRun: boolean): Promise<Batch> {
  if (what === 'replay') {
    const { deliveries, continueFrom } = await replayMissing(id, { since, dryRun });
    return { deliveries, next: continueFrom };
  }
  const { deliveries, more } = await recoverDeliveries(id, { since, dryRun });
  return { deliveries, next: more ? since : null };
}
