import type { OutcomeKind } from '#canonical';

/** One raw thing a source yields. `data` is stored as it came: no value of it is converted before the mapping. */
export interface RecordMessage {
  readonly type: 'record';
  readonly stream: string;
  /** The source's own key of the thing, unique in its stream. */
  readonly key: string;
  readonly op: 'upsert' | 'delete' | 'event';
  /**
   * Names this version of the thing: the same id is accepted once. An event's id is its key; a row's id is its key
   * and what tells its versions apart.
   */
  readonly dedupeId: string;
  /** When it happened or was changed at the source, ISO 8601 with offset. */
  readonly occurredAt?: string;
  /** The payload as JSON text, so that no digit of a number is lost. */
  readonly data: string;
}

/** What came of an action, by whatever road. It names the action by our id (`commandId`) or the target's. */
export interface OutcomeMessage {
  readonly type: 'outcome';
  readonly commandId?: string;
  readonly externalId?: string;
  readonly kind: OutcomeKind;
  readonly occurredAt: string;
  /** Distinguishes repeated outcomes of one action; the same id is accepted once. */
  readonly dedupeId: string;
  readonly detail?: string;
}

/** Everything before it has been yielded: the runtime commits it together with those records. */
export interface StateMessage {
  readonly type: 'state';
  readonly stream: string;
  readonly state: unknown;
  /** Rows done and expected in this pass, for progress; absent when unknown. */
  readonly progress?: { readonly done: number; readonly total: number | undefined };
  /** True when the source had nothing more at this point: a backfill ends here. */
  readonly caughtUp: boolean;
}

/** Something that could not even become a record. */
export interface QuarantineMessage {
  readonly type: 'quarantine';
  readonly stream: string;
  readonly key?: string;
  readonly dedupeId: string;
  readonly reason: string;
  readonly raw: Uint8Array;
}

/** The shape of the source changed. */
export interface SchemaMessage {
  readonly type: 'schema';
  readonly stream: string;
  readonly fields: readonly SourceField[];
}

export interface SourceField {
  readonly name: string;
  readonly type: string;
}

export type Message = RecordMessage | OutcomeMessage | StateMessage | QuarantineMessage | SchemaMessage;
