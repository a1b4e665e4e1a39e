import { z } from 'zod';
import { ConfigError, SourceDataError } from './errors.js';
import { jsonObject } from './exact-json.js';
import type { HttpSystem } from './http-system.js';
import type { Message } from './messages.js';

const LARGEST_PAGE = 1000;

/**
 * Reads `GET path?after=<cursor>&limit=` → `{items, next}`, oldest first: a list that grows at its end and names each
 * place in it by a cursor of its own. After each page comes the state that covers it. The list is at its end when a
 * page is empty or has no further `next`; without one, the last page is read again next time, with the same ids.
 *
 * @param read gives the messages of one item.
 * @throws ConfigError when `state` is not one of this stream's.
 */
export async function* readCursorPages(o: {
  system: HttpSystem;
  path: string;
  stream: string;
  state: unknown;
  maxRecords: number;
  signal: AbortSignal;
  read: (item: unknown) => Iterable<Exclude<Message, { type: 'state' }>>;
}): AsyncGenerator<Message> {
  const limit = String(Math.max(1, Math.min(o.maxRecords, LARGEST_PAGE)));
  let { after, done } = position(o.stream, o.state);
  for (let more = true; more;) {
    o.signal.throwIfAborted();
    const page = jsonObject(await o.system.read(o.path, { ...(after === '' ? {} : { after }), limit }, o.signal));
    const items = page?.['items'];
    if (!Array.isArray(items)) throw new SourceDataError(`${o.path} gave no list of items`);
    for (const item of items as unknown[]) yield* o.read(item);
    const next = cursorOf(page?.['next']);
    more = items.length > 0 && next !== undefined && next !== after;
    after = next ?? after;
    done += items.length;
    yield {
      type: 'state',
      stream: o.stream,
      state: { v: 1, stream: o.stream, after, done },
      progress: { done, total: undefined },
      caughtUp: !more,
    };
  }
}

function position(stream: string, state: unknown): { after: string; done: number } {
  if (state === undefined) return { after: '', done: 0 };
  const shape = z.strictObject({
    v: z.literal(1),
    stream: z.literal(stream),
    after: z.string().max(1000),
    done: z.int().min(0),
  });
  const parsed = shape.safeParse(state);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `the stored position of the stream ${stream} was not written by this connector`,
    'Check that the system was not given another connector; if it was, register it anew.',
  );
}

function cursorOf(next: unknown): string | undefined {
  if (typeof next === 'number') return String(next);
  return typeof next === 'string' && next !== '' ? next : undefined;
}
