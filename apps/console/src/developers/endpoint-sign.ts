import type { Endpoint } from '../api/generated/hub.schemas.js';

/** How an endpoint fares, in one word: what stands in its way comes before what it could do without. */
export type EndpointSign = 'disabled' | 'fetched' | 'resting' | 'failing' | 'enabled';

export function signOf({ state, kind, health }: Endpoint): EndpointSign {
  if (state === 'disabled') return 'disabled';
  if (kind === 'pull') return 'fetched';
  if (health.breaker !== 'closed') return 'resting';
  return health.failingSince === null ? 'enabled' : 'failing';
}

/** Seconds from now to an instant, never less than none. */
export function secondsTo(iso: string): number {
  return Math.max(0, (Date.parse(iso) - Date.now()) / 1000);
}
