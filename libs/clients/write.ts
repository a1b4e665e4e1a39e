import { hash } from 'node:crypto';
import {
  type AssetPart,
  type ClientFields,
  type ConsentChannel,
  type ConsentState,
  dayOf,
  FACT_KINDS,
  type FactKind,
  FIRM_ZONE,
  type Origin,
} from '#canonical';
import type { Envelope, Tx } from '#platform';
import { newestPerKey } from './newest-per-key.js';
import {
  INSERT_FACTS,
  MARK_CHANGED,
  UPSERT_ACCOUNTS,
  UPSERT_ASSETS,
  UPSERT_CONSENTS,
  UPSERT_SOURCE_RECORDS,
} from './write.sql.js';

/** What one applied record says, after its client is known. */
export interface Statements {
  readonly recordId: number;
  readonly systemId: number;
  readonly origin: Origin;
  readonly mappingVersion: number;
  readonly stream: string;
  readonly key: string;
  readonly deleted: boolean;
  readonly identityId: number;
  readonly version: Date;
  /** Of a row whose stream can name several (an event has none): whom it names. It follows the current version. */
  readonly names?: {
    /** Other identities that it states to be the same party. */
    readonly holders: readonly number[];
    readonly points: readonly object[];
    /** The keys, in the order of the mapping; they tell versions of one instant apart. */
    readonly keys: readonly string[];
  };
  readonly client?: {
    readonly key: string | undefined;
    readonly fields: ClientFields;
    readonly attributes: Record<string, string>;
  };
  readonly account?: {
    readonly kind: string;
    readonly no: string;
    readonly branch: string | undefined;
    readonly status: string | undefined;
    readonly currency: string | undefined;
    readonly opened: string | undefined;
    readonly closed: string | undefined;
    readonly commissionRate: string | undefined;
  };
  readonly consents: readonly {
    readonly channel: ConsentChannel;
    readonly purpose: string;
    readonly state: ConsentState;
  }[];
  readonly assets?: { readonly day: string } & { readonly [P in AssetPart]?: string };
  readonly fact?: {
    readonly kind: FactKind;
    readonly at: Date;
    readonly amount: string | undefined;
    readonly also: string | undefined;
    readonly data: Record<string, string>;
  };
}

/** A row of a source that was new, or newer than what was stored. */
export interface WrittenRow {
  readonly recordId: number;
  readonly systemId: number;
  readonly stream: string;
  readonly key: string;
  readonly identityId: number;
  readonly holders: readonly number[];
  /** Its former version, if it had one. */
  readonly before: { readonly identityId: number; readonly holders: readonly number[] } | undefined;
}

/**
 * Writes what a batch of records says: source records, accounts, consents, asset snapshots, facts with their
 * measures. Repeats and older versions change nothing.
 *
 * @returns record ids that changed something, and the source rows among them.
 */
export async function writeStatements(
  tx: Tx,
  envelope: Envelope,
  statements: readonly Statements[],
): Promise<{ changed: Set<number>; rows: WrittenRow[] }> {
  const changed = new Set<number>();
  const note = (rows: readonly { record_id: number }[]) => rows.forEach((r) => changed.add(r.record_id));
  const written = await upsert<WrittenRecord>(tx, UPSERT_SOURCE_RECORDS, sourceRecords(envelope, statements));
  note(written);
  note(await upsert(tx, UPSERT_ACCOUNTS, accounts(statements)));
  note(await upsert(tx, UPSERT_CONSENTS, consents(statements)));
  note(await upsert(tx, UPSERT_ASSETS, assets(statements)));
  const facts = factRows(statements);
  if (facts.length > 0)
    for (const { id } of await tx.query<{ id: number }>(INSERT_FACTS, [JSON.stringify(facts)])) changed.add(id);
  const rows = written.map(({ record_id, ownerBefore, holdersBefore, ...row }) => ({
    ...row,
    recordId: record_id,
    before: ownerBefore === null ? undefined : { identityId: ownerBefore, holders: holdersBefore },
  }));
  return { changed, rows };
}

interface WrittenRecord extends Omit<WrittenRow, 'recordId' | 'before'> {
  readonly record_id: number;
  readonly ownerBefore: number | null;
  readonly holdersBefore: number[];
}

/** Marks clients for the segments; in id order, so that concurrent writers do not deadlock. */
export async function markChanged(tx: Tx, clientIds: Iterable<string>, origin: Origin): Promise<void> {
  const ids = [...new Set(clientIds)];
  if (ids.length > 0) await tx.query(MARK_CHANGED, [ids, origin]);
}

/** The months (`YYYY-MM`) that the facts need partitions for. */
export function factMonths(times: Iterable<Date>): string[] {
  return [...new Set([...times].map((t) => t.toISOString().slice(0, 7)))].sort();
}

async function upsert<Row = { record_id: number }>(
  tx: Tx,
  statement: { name: string; text: string },
  rows: readonly object[],
): Promise<Row[]> {
  return rows.length === 0 ? [] : tx.query<Row>(statement, [JSON.stringify(rows)]);
}

function sourceRecords(envelope: Envelope, statements: readonly Statements[]) {
  const rows = statements.flatMap((s) => {
    if (!statesSomething(s)) return [];
    const { fields, attributes, key } = s.client ?? { fields: {} as ClientFields, attributes: {}, key: undefined };
    const { idDocument, ...open } = fields;
    const content = { ...fields, attributes, deleted: s.deleted, names: s.names?.keys };
    const names = s.deleted ? undefined : s.names;
    return [
      {
        system_id: s.systemId,
        stream: s.stream,
        key: key ?? s.key,
        identity_id: s.identityId,
        version: s.version.toISOString(),
        hash: envelope.hash(JSON.stringify(content), 'source_record').toString('hex'),
        deleted: s.deleted,
        record_id: s.recordId,
        mapping_version: s.mappingVersion,
        holders: names?.holders ?? [],
        points: names?.points ?? [],
        idDocument,
        open,
        attributes,
      },
    ];
  });
  // Only what is written pays for its sealing.
  return newestPerKey(rows, (r) => `${r.system_id} ${r.stream} ${r.key}`).map(
    ({ idDocument, open, attributes, ...row }) => ({
      ...row,
      fields: {
        ...open,
        ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
        ...(idDocument === undefined ? {} : sealDocument(envelope, idDocument)),
      },
    }),
  );
}

/** Whether there is a row to keep: fields, whom it names, or that it is gone. */
function statesSomething(s: Statements): boolean {
  if (s.names !== undefined) return true;
  if (s.client === undefined) return false;
  return s.deleted || Object.keys(s.client.fields).length > 0 || Object.keys(s.client.attributes).length > 0;
}

function sealDocument(envelope: Envelope, document: string) {
  return {
    idDocument: envelope.seal(document, 'client/id_document').toString('base64'),
    idDocumentHash: envelope.hash(document, 'id_document').toString('hex'),
  };
}

function accounts(statements: readonly Statements[]) {
  const rows = statements.flatMap((s) => {
    const a = s.account;
    if (!a) return [];
    return [
      {
        kind: a.kind,
        no: a.no,
        identity_id: s.identityId,
        system_id: s.systemId,
        branch: a.branch ?? null,
        status: s.deleted ? 'closed' : (a.status ?? null),
        currency: a.currency ?? null,
        opened: a.opened ?? null,
        closed: a.closed ?? null,
        commission_rate: a.commissionRate ?? null,
        version: s.version.toISOString(),
        hash: plainHash([a, s.deleted]),
        record_id: s.recordId,
      },
    ];
  });
  return newestPerKey(rows, (r) => `${r.kind} ${r.no}`);
}

function consents(statements: readonly Statements[]) {
  const rows = statements.flatMap((s) =>
    s.consents.map((c) => ({
      identity_id: s.identityId,
      channel: c.channel,
      purpose: c.purpose,
      state: c.state,
      occurred_at: s.version.toISOString(),
      system_id: s.systemId,
      record_id: s.recordId,
      version: s.version.toISOString(),
      hash: c.state === 'denied' ? '1' : '0',
    })),
  );
  return newestPerKey(rows, (r) => `${r.identity_id} ${r.channel} ${r.purpose}`);
}

function assets(statements: readonly Statements[]) {
  const rows = statements.flatMap((s) => {
    const a = s.assets;
    if (!a) return [];
    return [
      {
        identity_id: s.identityId,
        day: a.day,
        total: a.total ?? null,
        cash: a.cash ?? null,
        securities: a.securities ?? null,
        funds: a.funds ?? null,
        debt: a.debt ?? null,
        net: a.net ?? a.total ?? null,
        version: s.version.toISOString(),
        hash: plainHash(a),
        record_id: s.recordId,
      },
    ];
  });
  return newestPerKey(rows, (r) => `${r.identity_id} ${r.day}`);
}

function factRows(statements: readonly Statements[]) {
  return statements.flatMap((s) => {
    const f = s.fact;
    if (!f || s.deleted) return [];
    const kind = FACT_KINDS[f.kind];
    return [
      {
        id: s.recordId,
        occurred_at: f.at.toISOString(),
        identity_id: s.identityId,
        kind: f.kind,
        system_id: s.systemId,
        origin: s.origin,
        amount: f.amount ?? null,
        data: f.data,
        day: dayOf(f.at, FIRM_ZONE),
        also_kind: 'also' in kind && f.also !== undefined ? kind.also : null,
        also_amount: f.also ?? null,
      },
    ];
  });
}

/** Orders versions of the same instant; over things that are not personal, so no key is needed. */
function plainHash(value: unknown): string {
  return hash('sha256', JSON.stringify(value)).slice(0, 16);
}
