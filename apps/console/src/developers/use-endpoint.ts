import { useGetEndpoint } from '../api/generated/hub.js';
import type { Endpoint } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';

const ASK_AGAIN_MS = 5000;

/** One endpoint and how it fares, asked for again and again: what waits goes out without anybody's doing. */
export function useEndpoint(id: string) {
  return useGetEndpoint<Endpoint, Problem>(id, { query: { refetchInterval: ASK_AGAIN_MS } });
}
