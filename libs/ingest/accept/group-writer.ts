import pg from 'pg';
import {
  isDatabaseUnavailable,
  isDataFault,
  type Logger,
  platformErrors,
  type PostgresConnection,
  type Statement,
} from '#platform';

export interface GroupWriterOptions<Item> {
  readonly connection: PostgresConnection;
  readonly log: Logger;
  readonly statement: Statement;
  /** Turns waiting items into the values of one execution of the statement. */
  readonly values: (items: readonly Item[]) => Promise<unknown[]>;
  /** How much an item adds to a group; a group is cut at `most`. */
  readonly weight: (item: Item) => number;
  readonly most: number;
  /** Items that may wait; beyond it `write` refuses at once instead of letting memory grow. */
  readonly maxWaiting: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (e: unknown) => void;
}

/**
 * Group commit: everything that waits while one commit is under way goes into the next, on one connection. (Two
 * connections are slower: they fight over the same WAL flush. See docs/reference/benchmarks.md.)
 *
 * `write` resolves only after the commit of its item. When PostgreSQL goes away, what was in hand is refused with
 * DATABASE_UNAVAILABLE (the caller cannot know whether it was stored, sends it again, and the dedupe ledger drops the
 * repeat), and the connection is made anew. An item that the database refuses for its content fails alone.
 */
export class GroupWriter<Item> {
  private waiting: Waiting<Item>[] = [];
  private client: Promise<pg.Client> | undefined;
  private busy: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly o: GroupWriterOptions<Item>) {}

  write(item: Item): Promise<void> {
    if (this.closed) return Promise.reject(platformErrors.SHUTTING_DOWN());
    if (this.waiting.length >= this.o.maxWaiting)
      return Promise.reject(platformErrors.DATABASE_UNAVAILABLE({}, { retryAfterMs: 1000 }));
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      this.busy ??= this.drain();
    });
  }

  /** Writes what waits, then ends the connection. */
  async close(): Promise<void> {
    this.closed = true;
    await this.busy;
    const client = await this.client?.catch(() => undefined);
    await client?.end().catch(() => {});
  }

  private async drain(): Promise<void> {
    // Requests that arrive in the same turn of the event loop share the first commit.
    await new Promise((r) => setImmediate(r));
    while (this.waiting.length > 0) await this.writeGroup(this.cut());
    this.busy = undefined;
  }

  private cut(): Waiting<Item>[] {
    let weight = 0;
    let n = 0;
    while (n < this.waiting.length && (n === 0 || weight + this.o.weight(this.waiting[n]!.item) <= this.o.most))
      weight += this.o.weight(this.waiting[n++]!.item);
    const group = this.waiting.slice(0, n);
    this.waiting = this.waiting.slice(n);
    return group;
  }

  private async writeGroup(group: Waiting<Item>[]): Promise<void> {
    try {
      const client = await this.connected();
      await client.query({ ...this.o.statement, values: await this.o.values(group.map((w) => w.item)) });
      for (const w of group) w.done();
    } catch (e) {
      if (isDataFault(e) && group.length > 1) {
        // One of them is at fault; find it by halves, so that it fails alone.
        const half = group.length >> 1;
        await this.writeGroup(group.slice(0, half));
        return this.writeGroup(group.slice(half));
      }
      if (!isDataFault(e)) await this.disconnect(e);
      const error = isDatabaseUnavailable(e)
        ? platformErrors.DATABASE_UNAVAILABLE({}, { cause: e, retryAfterMs: 1000 })
        : e;
      for (const w of group) w.failed(error);
    }
  }

  private connected(): Promise<pg.Client> {
    return (this.client ??= this.connect());
  }

  private async connect(): Promise<pg.Client> {
    const { ssl, ...where } = this.o.connection;
    const client = new pg.Client({
      ...where,
      ssl: ssl ?? false,
      keepAlive: true,
      connectionTimeoutMillis: 3000,
      application_name: 'isthmus-writer',
    });
    client.on('error', (e) => void this.disconnect(e));
    await client.connect();
    return client;
  }

  private async disconnect(e: unknown): Promise<void> {
    const old = this.client;
    this.client = undefined;
    if (!this.closed) this.o.log.warn({ err: e }, 'the inbox writer lost its connection and will make a new one');
    await old?.then((c) => c.end()).catch(() => {});
  }
}
