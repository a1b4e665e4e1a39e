import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Origin } from '#canonical';
import { factMonths, FactPartitions, type Statements, tryLane, writeStatements } from '#clients';
import { findNodes, Resolver, sealPoint, type StatedKey } from '#identity';
import {
  CLOCK,
  type Clock,
  Database,
  Envelope,
  isDataFault,
  Metrics,
  type NewEvent,
  type Tx,
  uuidv7,
  writeEvents,
} from '#platform';
import { OUTCOME_STREAM, RECORDS_PER_BATCH } from '../accept/batch.js';
import { MappingFault } from '../mapping/coerce.js';
import { type ActiveMapping, mappingName, MappingsService } from '../mapping/mappings.service.js';
import { readJson } from '../mapping/read-json.js';
import { type Outcome, readOutcome } from './outcome.js';
import { FINISH_BATCHES, LOAD_RECORDS, LOAD_REPLAYED, QUARANTINE_RECORDS, TAKE_BATCHES } from './process.sql.js';

/** Takes outcomes out of the inbox; the app wires it to the effect ledger. */
export interface OutcomeSink {
  /** Inside the batch's transaction; idempotent by record id. Returns the ids of clients whose actions moved on. */
  record(
    tx: Tx,
    outcomes: readonly { recordId: number; systemId: number; data: unknown; origin: Origin }[],
  ): Promise<void>;
}
export const OUTCOME_SINK = Symbol('OutcomeSink');

const RECORDS_PER_ROUND = 2000;

interface Batch {
  id: number;
  system_id: number;
  origin: Origin;
  received_on: string;
  received_at: Date;
  read: number;
  quarantined: number;
  unchanged: number;
}

interface Item {
  readonly batch: Batch;
  readonly id: number;
  readonly stream: string;
  readonly key: string;
  readonly op: string;
  readonly occurred_at: Date | null;
  readonly data: string;
}

type Counts = { applied: number; unchanged: number; quarantined: number; skipped: number };
type Fate = keyof Counts;

interface Mapped extends Omit<Statements, 'identityId' | 'names'> {
  readonly item: Item;
  readonly identities: readonly StatedKey[];
  readonly shape: 'event' | 'row' | 'plain_row';
}

interface Quarantined {
  readonly item: Item;
  readonly field: string;
  readonly reason: string;
  readonly mappingVersion: number | null;
}

/**
 * Inbox → mapping → identity → client, timeline, measures, outbox: one round is one transaction over the oldest
 * batches.
 *
 * Guarantees: a batch is applied once or not at all (kill -9 included). Applying is idempotent and order-free:
 * what a record changes depends on its content and on what is stored, never on when it came. A record that cannot be
 * read or written is quarantined with its raw bytes, and its neighbours go on. Every batch ends with
 * read = applied + unchanged + quarantined + skipped, which the table itself enforces.
 */
@Injectable()
export class ApplyService {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
    private readonly mappings: MappingsService,
    private readonly partitions: FactPartitions,
    private readonly resolver: Resolver,
    private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(OUTCOME_SINK) private readonly outcomes?: OutcomeSink,
  ) {}

  /** @returns how many records were dealt with; 0 when nothing waits, or another process is at it. */
  async round(): Promise<number> {
    const batches = await this.db.tx((tx) => this.applyOldest(tx), { durable: false });
    const now = this.clock.now().getTime();
    for (const b of batches) this.metrics.applied.observe(Math.max(0, now - b.received_at.getTime()) / 1000);
    return batches.reduce((n, b) => n + b.read, 0);
  }

  private async applyOldest(tx: Tx): Promise<Batch[]> {
    if (!(await tryLane(tx))) return [];
    const batches = await tx.query<Batch>(TAKE_BATCHES, [RECORDS_PER_ROUND]);
    if (batches.length === 0) return [];
    const round = new Round(batches);
    const items = await this.load(tx, batches);
    const mapped = this.map(items, await this.mappings.active(tx), round);
    await this.recordOutcomes(tx, items, round);
    if (saysNo(items, mapped)) await tx.query('set local synchronous_commit = on');
    await this.partitions.ensure(factMonths(mapped.flatMap((m) => (m.fact ? [m.fact.at] : []))), this.clock.now());
    await this.writeGroup(tx, mapped, round);
    await this.finish(tx, round);
    return batches;
  }

  private async load(tx: Tx, batches: readonly Batch[]): Promise<Item[]> {
    const byId = new Map(batches.map((b) => [b.id, b]));
    const arrived = batches.filter((b) => b.origin !== 'replay');
    const days = arrived.map((b) => b.received_on).sort();
    const rows =
      arrived.length === 0
        ? []
        : await tx.query<Omit<Item, 'batch'>>(LOAD_RECORDS, [
            arrived.map((b) => b.id),
            arrived[0]!.id * RECORDS_PER_BATCH,
            arrived.at(-1)!.id * RECORDS_PER_BATCH + RECORDS_PER_BATCH - 1,
            days[0],
            days.at(-1),
          ]);
    const items = rows.map((r): Item => ({ ...r, batch: byId.get(Math.floor(r.id / RECORDS_PER_BATCH))! }));
    if (arrived.length === batches.length) return items;
    const again = batches.filter((b) => b.origin === 'replay').map((b) => b.id);
    const replayed = await tx.query<Omit<Item, 'batch'> & { batch_id: number }>(LOAD_REPLAYED, [again]);
    return [...items, ...replayed.map((r) => ({ ...r, batch: byId.get(r.batch_id)! }))];
  }

  private map(items: readonly Item[], active: ReadonlyMap<string, ActiveMapping>, round: Round): Mapped[] {
    const mapped: Mapped[] = [];
    for (const item of items) {
      if (item.stream === OUTCOME_STREAM) continue;
      const mapping = active.get(mappingName(item.batch.system_id, item.stream));
      try {
        if (!mapping) throw new MappingFault('mapping', undefined, `an active mapping for the stream ${item.stream}`);
        const result = mapping.run(parse(item.data), item.occurred_at ?? undefined);
        if (result.result === 'skipped') round.count(item, 'skipped');
        else mapped.push(this.statements(item, result.mapped, mapping.version));
      } catch (e) {
        if (!(e instanceof MappingFault)) throw e;
        round.quarantine({ item, field: e.field, reason: e.message, mappingVersion: mapping?.version ?? null });
      }
    }
    return mapped;
  }

  private statements(
    item: Item,
    m: Extract<ReturnType<ActiveMapping['run']>, { result: 'mapped' }>['mapped'],
    mappingVersion: number,
  ): Mapped {
    const { identities, ...says } = m;
    const stated = m.client?.fields.idDocument !== undefined;
    return {
      ...says,
      item,
      identities: identities.map((k) => (k.type === 'id_document' ? this.documentKey(k.key, stated) : k)),
      recordId: item.id,
      systemId: item.batch.system_id,
      origin: item.batch.origin,
      mappingVersion,
      stream: item.stream,
      key: item.key,
      deleted: item.op === 'delete',
    };
  }

  /** A document is known by its keyed hash; its number is kept, sealed, where the record's fields do not hold it. */
  private documentKey(number: string, isField: boolean): StatedKey {
    const key = this.envelope.hash(number, 'id_document').toString('hex');
    return { type: 'id_document', key, ...(isField ? {} : { sealed: sealPoint(number, this.envelope) }) };
  }

  /** An outcome that cannot be understood is quarantined like any other record: nobody waits for it in vain. */
  private async recordOutcomes(tx: Tx, items: readonly Item[], round: Round): Promise<void> {
    const readable: { item: Item; data: Outcome }[] = [];
    for (const item of items) {
      if (item.stream !== OUTCOME_STREAM) continue;
      try {
        readable.push({ item, data: readOutcome(parse(item.data)) });
      } catch (e) {
        if (!(e instanceof MappingFault)) throw e;
        round.quarantine({ item, field: e.field, reason: e.message, mappingVersion: null });
      }
    }
    if (readable.length === 0) return;
    await this.outcomes?.record(
      tx,
      readable.map(({ item: i, data }) => ({
        recordId: i.id,
        systemId: i.batch.system_id,
        data,
        origin: i.batch.origin,
      })),
    );
    for (const { item } of readable) round.count(item, this.outcomes ? 'applied' : 'skipped');
  }

  /** Writes records together; when one of them is refused by the database, halves until that one is alone. */
  private async writeGroup(tx: Tx, group: readonly Mapped[], round: Round): Promise<void> {
    if (group.length === 0) return;
    await tx.query('savepoint write_group');
    try {
      await this.write(tx, group, round);
      await tx.query('release savepoint write_group');
    } catch (e) {
      if (!isDataFault(e)) throw e;
      await tx.query('rollback to savepoint write_group; release savepoint write_group');
      if (group.length > 1) {
        const half = group.length >> 1;
        await this.writeGroup(tx, group.slice(0, half), round);
        await this.writeGroup(tx, group.slice(half), round);
      } else {
        const [only] = group;
        const reason = `the database refused it: ${e instanceof Error ? e.message : String(e)}`;
        round.quarantine({ item: only!.item, field: 'record', reason, mappingVersion: only!.mappingVersion });
      }
    }
  }

  private async write(tx: Tx, group: readonly Mapped[], round: Round): Promise<void> {
    const nodes = await findNodes(
      tx,
      group.map((m) => m.identities),
    );
    const statements = group.map((m, i): Statements => {
      const { owner, holders, points } = nodes.named[i]!;
      const keys = m.identities.map((k) => `${k.type}:${k.key}`);
      return { ...m, identityId: owner, ...(m.shape === 'row' ? { names: { holders, points, keys } } : {}) };
    });
    const { changed, rows } = await writeStatements(tx, this.envelope, statements);
    const fresh = await this.resolver.resolve(tx, nodes, rows, group, changed);
    group.forEach((m, i) => round.count(m.item, changed.has(m.recordId) || fresh.has(i) ? 'applied' : 'unchanged'));
  }

  private async finish(tx: Tx, round: Round): Promise<void> {
    if (round.quarantined.length > 0)
      await tx.query(QUARANTINE_RECORDS, [
        JSON.stringify(
          round.quarantined.map(({ item, field, reason, mappingVersion }) => ({
            id: uuidv7(),
            batch_id: item.batch.id,
            record_id: item.id,
            received_on: item.batch.received_on,
            system_id: item.batch.system_id,
            stream: item.stream,
            key: item.key,
            field,
            reason,
            raw: item.data,
            mapping_version: mappingVersion,
          })),
        ),
      ]);
    await this.tellQuarantined(tx, round);
    await tx.query(FINISH_BATCHES, [JSON.stringify(round.rows())]);
  }

  /** One event per stream and round, with the system's code: who mends wants to know where, not each record. */
  private async tellQuarantined(tx: Tx, round: Round): Promise<void> {
    if (round.quarantined.length === 0) return;
    const codes = await tx.query<{ id: number; code: string }>('select id, code from system where id = any($1)', [
      [...new Set(round.quarantined.map(({ item }) => item.batch.system_id))],
    ]);
    const codeOf = new Map(codes.map((c) => [c.id, c.code]));
    const groups = Map.groupBy(round.quarantined, ({ item }) => `${codeOf.get(item.batch.system_id)} ${item.stream}`);
    await writeEvents(
      tx,
      [...groups].map(([where, records]): NewEvent => {
        const [system, stream] = where.split(' ', 2) as [string, string];
        return {
          type: 'quarantine.added',
          subject: `system/${system}`,
          origin: 'live',
          data: { system, stream, records: records.length },
        };
      }),
    );
  }
}

/** What became of the records of one round. */
class Round {
  readonly quarantined: Quarantined[] = [];
  private readonly counts: Map<number, Counts>;

  constructor(batches: readonly Batch[]) {
    this.counts = new Map(batches.map((b) => [b.id, { applied: 0, unchanged: 0, quarantined: 0, skipped: 0 }]));
  }

  count(item: Item, fate: Fate): void {
    this.counts.get(item.batch.id)![fate]++;
  }

  quarantine(q: Quarantined): void {
    this.quarantined.push(q);
    this.count(q.item, 'quarantined');
  }

  rows() {
    return [...this.counts].map(([id, c]) => ({ id, ...c }));
  }
}

/** What a client may have refused is on disk before it counts: a crash does not bring the permission back (adr015). */
function saysNo(items: readonly Item[], mapped: readonly Mapped[]): boolean {
  return items.some((i) => i.stream === OUTCOME_STREAM) || mapped.some((m) => m.consents.length > 0);
}

function parse(data: string): unknown {
  try {
    return readJson(data);
  } catch {
    throw new MappingFault('record', data, 'JSON');
  }
}
