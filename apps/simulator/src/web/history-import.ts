import { setTimeout as pause } from 'node:timers/promises';
import type { SiteEvent } from './site-event.js';

const MOST_EVENTS = 100;
const MOST_BYTES = 400_000;
const ANSWER_WITHIN_MS = 30_000;
const LONGEST_PAUSE_MS = 8000;

/**
 * Posts past events to `{hub}/v1/import`, the write key as user name: in order, from `from` on, each batch until it is
 * taken. Waits while nobody has said where the hub is. A repeat of it sends the same message ids.
 *
 * @param o.taken this many events, from the first on, are now with the hub.
 * @returns when all are taken, or when `signal` says to stop.
 */
export async function importHistory(
  o: {
    from: number;
    size: number;
    at: (index: number) => SiteEvent;
    hub: () => string | undefined;
    writeKey: string;
    taken: (count: number) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${o.writeKey}:`).toString('base64')}`;
  try {
    for (let from = o.from, failures = 0; from < o.size;) {
      const batch = batchFrom(o, from);
      const waitMs = await post(o.hub(), authorization, batch, signal);
      signal.throwIfAborted();
      if (waitMs === undefined) {
        failures = 0;
        o.taken((from += batch.length));
      } else await pause(Math.max(waitMs, Math.min(LONGEST_PAUSE_MS, 200 * 2 ** failures++)), undefined, { signal });
    }
  } catch (e) {
    if (!signal.aborted) throw e;
  }
}

function batchFrom(o: { size: number; at: (index: number) => SiteEvent }, from: number): string[] {
  const batch: string[] = [];
  for (let i = from, bytes = 0; i < o.size && batch.length < MOST_EVENTS; i++) {
    const text = JSON.stringify(o.at(i));
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MOST_BYTES && batch.length > 0) break;
    batch.push(text);
  }
  return batch;
}

/** @returns undefined when it was taken, else how many milliseconds the hub wants to be left alone at least. */
async function post(
  hub: string | undefined,
  authorization: string,
  batch: readonly string[],
  signal: AbortSignal,
): Promise<number | undefined> {
  if (hub === undefined) return 0;
  try {
    const response = await fetch(`${hub}/v1/import`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: `{"batch":[${batch.join(',')}],"sentAt":"${new Date().toISOString()}"}`,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    await response.arrayBuffer();
    if (response.ok) return undefined;
    return Math.min(60, Number(response.headers.get('retry-after')) || 0) * 1000;
  } catch {
    return 0;
  }
}
