import { getHeapStatistics } from 'node:v8';
import { identityErrors } from '../identity.errors.js';

/** Of the heap, measured at 250,000 identities of 2.5 to a client: 4,250 at the peak, 1,900 of them to the end. */
const BYTES_AN_IDENTITY = 4500;
const MIB = 2 ** 20;

/**
 * Refuses to look at everybody in memory where that does not fit: a process that runs out of heap half way ends, is
 * started again, finds the work still to do, and ends again.
 *
 * @throws PREVIEW_NEEDS_MEMORY.
 */
export function expectMemory(identities: number, heap = getHeapStatistics()): void {
  const needed = identities * BYTES_AN_IDENTITY;
  const free = Math.max(0, heap.heap_size_limit - heap.used_heap_size);
  if (needed <= free) return;
  throw identityErrors.PREVIEW_NEEDS_MEMORY({
    identities,
    needed: Math.ceil(needed / MIB),
    free: Math.floor(free / MIB),
    limit: Math.ceil((heap.used_heap_size + needed) / MIB),
  });
}
