import type { ActionResult, Command, Message, ProbeResult } from '#connector-kit';
import type { SinkBatch, StreamPosition } from '../runtime/sink.js';
import type { StreamError } from '../system.entity.js';

/**
 * What a hub and its agents say to each other, over RabbitMQ or TCP (@nestjs/microservices, request and response).
 *
 * Agent → hub. The hub acknowledges a message to the broker only after its commit, so a hub that dies gives the
 * message to the next one; the agent advances only on the answer. Repeats are dropped by dedupe ids and by the version
 * of the stream's state.
 *
 * Hub → agent. A command is acknowledged before it is performed and expires with its timeout: an agent that dies
 * performs it at most once, and the hub treats the missing answer as "it may have been made".
 */
export const TO_HUB = {
  hello: 'isthmus.hello',
  position: 'isthmus.position',
  commit: 'isthmus.commit',
  report: 'isthmus.report',
} as const;

export const TO_AGENT = {
  perform: 'isthmus.perform',
  probe: 'isthmus.probe',
  check: 'isthmus.check',
  discover: 'isthmus.discover',
} as const;

export interface Hello {
  readonly agent: string;
  /** Port on 127.0.0.1 where the agent takes commands when there is no broker. */
  readonly tcpPort?: number;
}

/** The systems an agent hosts. Settings carry references to secrets (`$env:NAME`), never secrets. */
export interface Assignment {
  readonly publicUrl: string;
  readonly systems: readonly {
    readonly code: string;
    readonly connector: string;
    readonly version: number;
    readonly settings: Record<string, unknown>;
  }[];
}

export interface PositionRequest {
  readonly agent: string;
  readonly system: string;
  readonly stream: string;
}

/** A batch as JSON: raw bytes in base64. */
export interface CommitRequest {
  readonly agent: string;
  readonly batch: Omit<SinkBatch, 'messages'> & { readonly messages: readonly WireMessage[] };
}

export interface ReportRequest extends PositionRequest {
  readonly error: StreamError | null;
}

export interface CommandRequest {
  readonly system: string;
  readonly command: Command;
  /** The longest it may take at the agent, milliseconds. */
  readonly timeoutMs: number;
}

/** An answer: a value, or why there is none. Errors cross the wire as codes, never as stacks. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string; readonly message: string };

export type PositionAnswer = Answer<StreamPosition>;
export type PerformAnswer = Answer<ActionResult>;
export type ProbeAnswer = Answer<ProbeResult>;

type Sendable = SinkBatch['messages'][number];
export type WireMessage =
  | Exclude<Sendable, { type: 'quarantine' }>
  | (Omit<Extract<Message, { type: 'quarantine' }>, 'raw'> & { readonly raw: string });

export function toWire(messages: readonly Sendable[]): WireMessage[] {
  return messages.map((m) => (m.type === 'quarantine' ? { ...m, raw: Buffer.from(m.raw).toString('base64') } : m));
}

export function fromWire(messages: readonly WireMessage[]): Sendable[] {
  return messages.map((m) => (m.type === 'quarantine' ? { ...m, raw: Buffer.from(m.raw, 'base64') } : m));
}

/** Names of the queues on the broker. */
export function hubQueue(prefix: string): string {
  return `${prefix}.hub`;
}

export function agentQueue(prefix: string, agent: string): string {
  return `${prefix}.agent.${agent}`;
}

/** Replicated over the nodes of a broker cluster, and kept on disk. */
export const QUEUE_OPTIONS = { durable: true, arguments: { 'x-queue-type': 'quorum' } } as const;

/** How long a request may wait for its answer; the broker forgets it after that (milliseconds). */
export const REQUEST_TIMEOUT_MS = 15_000;
