import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DRAINS, type Origin } from '#canonical';
import type { SchemaMessage } from '#connector-kit';
import {
  Database,
  LOGGER,
  type Logger,
  Metrics,
  platformErrors,
  type PostgresConnection,
  type Tx,
  Wakes,
  writeEvents,
} from '#platform';
import {
  type Sink,
  type SinkBatch,
  type StreamError,
  type StreamPosition,
  systemErrors,
  SystemsService,
} from '#systems';
import { type Acceptable, type Batch, type LaidOut, layOut, storeValues } from './batch.js';
import { GroupWriter } from './group-writer.js';
import { ADVANCE_STREAM, HISTORY_WAITING, STORE_BATCHES } from './inbox.sql.js';
import { reconcile, type StreamCount, type Totals } from './reconcile.js';

export const WRITER_CONNECTION = Symbol('WriterConnection');

const BLOCK = 256;
/** Messages of one commit, at most; far below what a batch can number. */
const MOST_IN_GROUP = 1000;
/** Large messages weigh more: a commit carries about 8 MB at most. */
const BYTES_PER_MESSAGE = 8192;

/** A backfill that is so many records ahead of the workers waits for them: reading further would only take their time. */
const MOST_HISTORY_WAITING = 20_000;
const LOOK_AGAIN_MS = 100;

/** What one caller brings. */
interface Arrival {
  readonly systemId: number;
  readonly origin: Origin;
  readonly actor: string;
  readonly part: LaidOut;
}

/**
 * The door of the inbox. Everything that reaches the hub, by whatever road, is stored here as it came before anything
 * is made of it.
 *
 * Guarantees: when `accept` or `commit` resolves, the records are on disk (fsync). A repeat with the same dedupe id is
 * counted as unchanged and stored once, however many processes receive it at the same moment. A stream's state is
 * committed in the same transaction as the records before it.
 */
@Injectable()
export class InboxService implements Sink, OnApplicationShutdown {
  private readonly writer: GroupWriter<Arrival>;
  private block: { next: number; end: number } = { next: 0, end: 0 };
  private allocating: Promise<void> | undefined;
  private closing = false;
  private readonly ids = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly systems: SystemsService,
    private readonly wakes: Wakes,
    private readonly metrics: Metrics,
    @Inject(LOGGER) log: Logger,
    @Inject(WRITER_CONNECTION) connection: PostgresConnection,
  ) {
    this.writer = new GroupWriter<Arrival>({
      connection,
      log,
      statement: STORE_BATCHES,
      values: async (arrivals) => storeValues(await this.gather(arrivals)),
      weight: ({ part }) => part.read + Math.floor(part.bytes / BYTES_PER_MESSAGE),
      most: MOST_IN_GROUP,
      maxWaiting: 10_000,
    });
  }

  /** Stores messages that came by themselves (webhooks, SDKs), sharing the commit with others. */
  async accept(system: string, actor: string, messages: readonly Acceptable[], origin: Origin = 'live'): Promise<void> {
    const systemId = await this.idOf(system);
    const writes: Promise<void>[] = [];
    for (let i = 0; i < messages.length; i += MOST_IN_GROUP)
      writes.push(
        this.writer.write({ systemId, origin, actor, part: layOut(systemId, messages.slice(i, i + MOST_IN_GROUP)) }),
      );
    await Promise.all(writes);
    this.count(system, messages.length);
    this.wakes.wake(DRAINS.apply);
  }

  /**
   * Stores what a runner read, with the state that it covers. History waits here while the workers are far behind.
   *
   * @throws STREAM_MOVED_ON.
   */
  async commit(batch: SinkBatch): Promise<StreamPosition> {
    if (batch.origin !== 'live') await this.untilWorkersFollow();
    const systemId = await this.idOf(batch.system);
    const messages = batch.messages.filter((m) => m.type !== 'schema');
    const schema = batch.messages.find((m) => m.type === 'schema');
    const part = layOut(systemId, messages);
    const id = messages.length > 0 ? await this.nextBatchId() : 0;
    const position = await this.db.tx(async (tx) => {
      if (messages.length > 0)
        await tx.query(
          STORE_BATCHES,
          storeValues([{ id, systemId, origin: batch.origin, actor: `system:${batch.system}`, parts: [part] }]),
        );
      if (schema) await noteSchema(tx, systemId, schema);
      return batch.state ? this.advance(tx, systemId, batch) : this.read(tx, systemId, batch.stream);
    });
    if (messages.length > 0) {
      this.count(batch.system, messages.length);
      this.wakes.wake(DRAINS.apply);
    }
    return position;
  }

  /** A record exactly as it was received. @throws NOT_FOUND when the inbox does not keep it any more. */
  async raw(recordId: number): Promise<string> {
    const [row] = await this.db.query<{ data: string }>('select data from inbox_record where id = $1 limit 1', [
      recordId,
    ]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'raw record', id: recordId });
    return row.data;
  }

  async position(system: string, stream: string): Promise<StreamPosition> {
    const systemId = await this.idOf(system);
    return this.db.tx(async (tx) => {
      await tx.query('insert into stream (system_id, name, started_at) values ($1, $2, now()) on conflict do nothing', [
        systemId,
        stream,
      ]);
      return this.read(tx, systemId, stream);
    });
  }

  async report(system: string, stream: string, error: StreamError | undefined): Promise<void> {
    const systemId = await this.idOf(system);
    this.metrics.connectorUp.set({ system }, error ? 0 : 1);
    await this.db.tx(async (tx) => {
      const [row] = await tx.query<{ wasFailing: boolean | null }>(
        `with before as (select error is not null as failing from stream where system_id = $1 and name = $2)
         insert into stream (system_id, name, error, last_good_at) values ($1, $2, $3::jsonb, case when $3::jsonb is null then now() end)
         on conflict (system_id, name) do update set error = excluded.error,
           last_good_at = case when excluded.error is null then now() else stream.last_good_at end
         returning (select failing from before) as "wasFailing"`,
        [systemId, stream, error ? JSON.stringify(error) : null],
      );
      // Told when it changes, not at every read.
      if ((row!.wasFailing ?? false) === (error !== undefined)) return;
      await writeEvents(tx, [
        {
          type: error ? 'system.failing' : 'system.recovered',
          subject: `system/${system}`,
          origin: 'live',
          data: { system, stream, ...(error ? { class: error.class } : {}) },
        },
      ]);
    });
  }

  /** Counts what is held of a system, row by row; see `reconcile`. */
  async reconcile(system: string): Promise<{ streams: StreamCount[]; totals: Totals }> {
    return reconcile(this.db, await this.idOf(system));
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    await this.writer.close();
  }

  private async advance(
    tx: Tx,
    systemId: number,
    { system, stream, state, messages }: SinkBatch,
  ): Promise<StreamPosition> {
    const s = state!;
    const rows = await tx.query<{ state: unknown; state_version: number; phase: 'backfill' | 'live' }>(ADVANCE_STREAM, [
      systemId,
      stream,
      JSON.stringify(s.value),
      s.expectedVersion,
      s.progress?.done ?? null,
      s.progress?.total ?? null,
      s.caughtUp,
      messages.length > 0,
    ]);
    if (!rows[0]) throw systemErrors.STREAM_MOVED_ON({ system, stream });
    return { state: rows[0].state, version: rows[0].state_version, phase: rows[0].phase };
  }

  private async untilWorkersFollow(): Promise<void> {
    while (!this.closing) {
      const [row] = await this.db.query<{ n: number }>(HISTORY_WAITING);
      if (row!.n < MOST_HISTORY_WAITING) return;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  private async read(tx: Tx, systemId: number, stream: string): Promise<StreamPosition> {
    const [row] = await tx.query<{ state: unknown; state_version: number; phase: 'backfill' | 'live' }>(
      'select state, state_version, phase from stream where system_id = $1 and name = $2',
      [systemId, stream],
    );
    if (!row) throw platformErrors.NOT_FOUND({ what: 'stream', id: stream });
    return { state: row.state ?? undefined, version: row.state_version, phase: row.phase };
  }

  private async idOf(system: string): Promise<number> {
    const known = this.ids.get(system);
    if (known !== undefined) return known;
    const { id } = await this.systems.get(system);
    this.ids.set(system, id);
    return id;
  }

  /** One batch per sender and commit, however many requests it came in. */
  private async gather(arrivals: readonly Arrival[]): Promise<Batch[]> {
    const senders = new Map<string, Arrival[]>();
    for (const a of arrivals) {
      const name = `${a.systemId} ${a.origin} ${a.actor}`;
      const same = senders.get(name);
      if (same) same.push(a);
      else senders.set(name, [a]);
    }
    const batches: Batch[] = [];
    for (const same of senders.values()) {
      const { systemId, origin, actor } = same[0]!;
      batches.push({ id: await this.nextBatchId(), systemId, origin, actor, parts: same.map((a) => a.part) });
    }
    return batches;
  }

  /** Batch ids come in blocks of 256 per process, so that taking one costs no round trip. */
  private async nextBatchId(): Promise<number> {
    while (this.block.next >= this.block.end) {
      this.allocating ??= this.allocate().finally(() => (this.allocating = undefined));
      await this.allocating;
    }
    return this.block.next++;
  }

  private async allocate(): Promise<void> {
    const [row] = await this.db.query<{ start: number }>("select nextval('inbox_batch_block') as start");
    this.block = { next: row!.start, end: row!.start + BLOCK };
  }

  private count(system: string, n: number): void {
    this.metrics.records.inc({ system, result: 'read' }, n);
  }
}

/** Keeps the first schema of a stream, and notes how a later one differs. */
async function noteSchema(tx: Tx, systemId: number, m: SchemaMessage): Promise<void> {
  const [row] = await tx.query<{ fields: SchemaMessage['fields'] | null }>(
    'select fields from stream where system_id = $1 and name = $2 for update',
    [systemId, m.stream],
  );
  const before = new Map((row?.fields ?? []).map((f) => [f.name, f.type]));
  const after = new Map(m.fields.map((f) => [f.name, f.type]));
  const drift = row?.fields && {
    added: m.fields.filter((f) => !before.has(f.name)).map((f) => f.name),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    retyped: m.fields.filter((f) => before.has(f.name) && before.get(f.name) !== f.type).map((f) => f.name),
    noticedAt: new Date().toISOString(),
  };
  const drifted = drift && drift.added.length + drift.removed.length + drift.retyped.length > 0;
  await tx.query(
    'update stream set fields = $3::jsonb, drift = coalesce($4::jsonb, drift) where system_id = $1 and name = $2',
    [systemId, m.stream, JSON.stringify(m.fields), drifted ? JSON.stringify(drift) : null],
  );
}
