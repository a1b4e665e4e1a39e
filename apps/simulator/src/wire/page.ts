import { type Answer, type Asked, BadRequest } from './http-door.js';

const MOST = 1000;
const USUAL = 200;

/**
 * One page of a list that only grows at its end: `?after=<cursor>&limit=` → `{items, next}`, oldest first. `next`
 * always stands after the last item given, so a reader that comes back with it later gets what came since; there is
 * nothing more for now when `items` is empty.
 *
 * @param at the item at a position from 0 to `size - 1`.
 */
export function page<T>({ query }: Asked, size: number, at: (index: number) => T): Answer {
  const from = whole(query, 'after', 0);
  const limit = Math.min(Math.max(whole(query, 'limit', USUAL), 1), MOST);
  const items = Array.from({ length: Math.max(0, Math.min(limit, size - from)) }, (_, i) => at(from + i));
  return { status: 200, body: { items, next: String(from + items.length) } };
}

function whole(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? '';
  if (text === '') return otherwise;
  if (!/^\d{1,12}$/.test(text)) throw new BadRequest(name, `"${name}" is none of ours`);
  return Number(text);
}
