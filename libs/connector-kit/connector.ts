import type { ActionName, ActionParams, Idempotency, OutcomeKind } from '#canonical';
import type { AxiosInstance } from 'axios';
import type { z } from 'zod';
import type { Message, OutcomeMessage, QuarantineMessage, RecordMessage, SourceField } from './messages.js';

/**
 * The contract between the hub and one kind of system.
 *
 * A connector is a value, the default export of `libs/connectors/<name>/connector.ts`, found by folder scan. It reads
 * and writes one peer and knows nothing of clients, queues or tables. Deliberately not in it: retries, rate limits,
 * breakers, schedules, the clock, storage. The runtime owns those, so that every connector behaves the same under
 * failure, and so that a connector does not know whether it runs in the hub or in an agent.
 */
export interface Connector<S = unknown> {
  readonly name: string;
  readonly kind: 'trading' | 'call' | 'email' | 'web';
  readonly title: { readonly en: string; readonly zh: string };
  readonly summary: { readonly en: string; readonly zh: string };
  /** Settings with types and defaults. Fields with `.meta({ secret: true })` are stored sealed and never returned. */
  readonly settings: z.ZodType<S>;
  /** What it can do to the system, by canonical action. */
  readonly actions?: { readonly [A in ActionName]?: ActionSpec };
  /**
   * Set when SDKs of the system insist on a path of their own (the Segment SDKs on `/v1`): requests under it are told
   * apart by `credential`. Every system also has `/in/<system code>/`.
   */
  readonly mount?: {
    readonly path: string;
    credential(request: WebhookRequest): string | undefined;
    readonly setting: keyof S & string;
  };
  open(context: ConnectorContext<S>): ConnectorInstance | Promise<ConnectorInstance>;
}

export interface ActionSpec {
  /** `native`: the target drops a repeated command id. `probe`: it can be asked. `none`: neither, so at most once. */
  readonly idempotency: Idempotency;
  /** Where the outcome comes from: the answer itself, a later message of the source, or polling with `probe`. */
  readonly outcome: 'sync' | 'source' | 'poll';
  /** The longest one `perform` may take, milliseconds. */
  readonly timeoutMs: number;
  /** For `probe`: how long after a lost send the target's records can be trusted, milliseconds. */
  readonly settleMs?: number;
}

/** What a connector is given. All outbound traffic goes through `http` or to the address `resolve` returns. */
export interface ConnectorContext<S> {
  readonly system: string;
  readonly settings: S;
  readonly http: AxiosInstance;
  resolve(host: string): Promise<{ address: string; family: 4 | 6 }>;
  /** The hub's public base address, for links back (unsubscribe). */
  readonly publicUrl: string;
  readonly log: {
    debug(o: object, m: string): void;
    info(o: object, m: string): void;
    warn(o: object, m: string): void;
  };
  now(): Date;
}

/** One opened system. Everything it holds is let go by `close`. */
export interface ConnectorInstance {
  /** Tells good, misconfigured, unreachable and denied apart, per capability, within the signal's deadline. */
  check(signal: AbortSignal): Promise<CheckResult[]>;
  /** The streams of the system: the same answer for the same system. */
  discover(signal: AbortSignal): Promise<StreamDescription[]>;
  readonly pull?: Pull;
  readonly session?: Session;
  readonly webhook?: Webhook;
  /** Performs a command. A returned `unknown`, or a throw after bytes may have left, is never blindly sent again. */
  readonly perform?: {
    readonly [A in ActionName]?: (command: Command<A>, signal: AbortSignal) => Promise<ActionResult>;
  };
  /** Asks the target whether it has this command. */
  readonly probe?: { readonly [A in ActionName]?: (command: Command<A>, signal: AbortSignal) => Promise<ProbeResult> };
  close(): Promise<void>;
}

export interface CheckResult {
  readonly capability: string;
  readonly status: 'ok' | 'misconfigured' | 'unreachable' | 'denied';
  readonly detail: string;
  /** What to do about it; absent when ok. */
  readonly nextStep?: string;
}

export interface StreamDescription {
  readonly name: string;
  readonly fields: readonly SourceField[];
  readonly key: readonly string[];
  /** Names of fields that hold personal data. */
  readonly personal: readonly string[];
}

export interface Pull {
  /** Streams in the order in which a first backfill reads them. */
  readonly streams: readonly string[];
  /** Pause between two reads of a live stream, milliseconds. */
  readonly intervalMs: number;
  /**
   * Yields what is new since `state` (undefined at first) and ends when the source has no more for now. Cut after any
   * message and resumed from the last committed state, it loses nothing; what it repeats has the same dedupeId.
   *
   * @throws ConfigError when `state` is not one it made.
   */
  read(request: { stream: string; state: unknown; maxRecords: number; signal: AbortSignal }): AsyncIterable<Message>;
}

/** A road on which the source speaks by itself. `emit` resolves after the commit: it is ack point and backpressure. */
export interface Session {
  run(request: {
    state: unknown;
    emit: (batch: readonly Message[]) => Promise<void>;
    signal: AbortSignal;
  }): Promise<void>;
}

export interface WebhookRequest {
  readonly method: string;
  /** Below the system's mount, with a leading slash, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw bytes, already decompressed and bounded. */
  readonly body: Buffer;
  readonly receivedAt: Date;
}

export interface WebhookReply {
  readonly status: number;
  readonly body?: string;
  readonly contentType?: string;
}

export interface Webhook {
  /** Largest body, bytes, after decompression. */
  readonly maxBytes: number;
  /** Judges the sender over the raw bytes: constant time, with a replay window where the peer signs a time. */
  verify(request: WebhookRequest): { ok: true } | { ok: false; status: 401 | 400; reason: string };
  /** What the request says. Messages are committed before `reply` is sent. */
  parse(request: WebhookRequest): WebhookParsed;
}

export interface WebhookParsed {
  readonly messages: readonly (RecordMessage | OutcomeMessage | QuarantineMessage)[];
  readonly reply: WebhookReply;
  /** True when the sender says that this is history (an import): it enters no journey. */
  readonly history?: boolean;
}

export interface Command<A extends ActionName = ActionName> {
  /** Our id of the action. Every attempt carries the same one; the target dedupes or is searched by it. */
  readonly id: string;
  readonly action: A;
  readonly params: ActionParams<A>;
  readonly attempt: number;
}

export type ActionResult =
  /** Made, and the outcome is known. */
  | { readonly status: 'done'; readonly externalId?: string; readonly outcome?: OutcomeKind; readonly detail?: string }
  /** Taken on; the outcome follows by another road. */
  | { readonly status: 'accepted'; readonly externalId?: string; readonly detail?: string }
  | { readonly status: 'rejected'; readonly detail: string }
  /** Certainly not made; may be tried again. */
  | { readonly status: 'retry'; readonly afterMs?: number; readonly detail: string }
  /** Sent, and no answer: it may have been made. */
  | { readonly status: 'unknown'; readonly detail: string };

export type ProbeResult =
  | { readonly status: 'made'; readonly externalId?: string; readonly outcome?: OutcomeKind; readonly detail?: string }
  /** The target has it and is still at work on it. */
  | { readonly status: 'pending'; readonly detail?: string }
  | { readonly status: 'rejected'; readonly detail: string }
  | { readonly status: 'absent' };

/** Types a connector's parts together; returns it unchanged. */
export function defineConnector<S>(connector: Connector<S>): Connector<S> {
  return connector;
}
