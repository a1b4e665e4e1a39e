import { Column, Entity, PrimaryColumn } from 'typeorm';

export const ENDPOINT_KINDS = ['http', 'rabbitmq', 'nats', 'kafka', 'pull'] as const;
/** How a downstream gets its events: pushed by HTTP or into a broker, or fetched by itself (`pull`). */
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** How a Kafka cluster asks for user and password. */
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * Where in a broker: a RabbitMQ exchange and routing key, a NATS JetStream subject, or a Kafka topic. `{type}`,
 * `{subject}` and `{client}` in them are the event's.
 */
export interface BrokerTarget {
  readonly exchange?: string | undefined;
  readonly routingKey?: string | undefined;
  readonly subject?: string | undefined;
  readonly topic?: string | undefined;
  /** What decides the partition; `{subject}` when absent, none when empty. */
  readonly key?: string | undefined;
  readonly sasl?: (typeof SASL_MECHANISMS)[number] | undefined;
}

/** What may be shown of how the hub signs in at the endpoint; passwords and keys are sealed apart. */
export interface ShownAuth {
  readonly oauth?: { readonly tokenUrl: string; readonly clientId: string; readonly scope?: string | undefined };
  readonly mutualTls?: { readonly subject: string; readonly validUntil: string };
  readonly serverCa?: { readonly subject: string; readonly validUntil: string };
  /** The user name for a broker. */
  readonly user?: string | undefined;
}

/** A downstream system. Its settings; what changes with its answers stands in `endpoint_flow`. */
@Entity({ name: 'endpoint' })
export class Endpoint {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  @Column('text') kind: EndpointKind;
  /** https://…, amqp(s)://…, nats:// or tls://…, kafka:// or kafka+ssl://… (several brokers with commas); empty for `pull`. Never with a password in it. */
  @Column('text') url: string;
  @Column('jsonb') target: BrokerTarget;
  /** Event types, or prefixes ending in `*`; empty means all that are not about endpoints. */
  @Column('text', { array: true }) types: string[];
  /** Only events about clients of these branches; empty means all. */
  @Column('text', { array: true }) branches: string[];
  /** Only events that name one of these segments, or are about a client who is in one; empty means all. */
  @Column('text', { array: true }) segments: string[];
  /** Only events of these campaigns (public ids); empty means all. */
  @Column('text', { array: true }) campaigns: string[];
  @Column('text') body: 'thin' | 'full';
  @Column('text', { array: true }) reveal: string[];
  @Column('jsonb', { nullable: true }) transform: Record<string, string> | null;
  @Column('text') state: 'enabled' | 'disabled';
  @Column('text', { name: 'disabled_reason' }) disabledReason: string;
  /** Sends under way at once, in each worker process. */
  @Column('smallint') concurrency: number;
  /** For the whole exchange: looking up, dialling, sending, and the whole answer. */
  @Column('integer', { name: 'timeout_ms' }) timeoutMs: number;
  @Column('real', { nullable: true }) rate: number | null;
  /** Whether events of one client (or one subject) go one after the other, in the order they happened. */
  @Column('text') ordering: 'none' | 'client' | 'subject';
  /** With an order: whether those behind a delivery that was given up go on (`skip`) or wait for a person (`park`). */
  @Column('text', { name: 'when_exhausted' }) whenExhausted: 'skip' | 'park';
  @Column('integer', { name: 'retry_seconds', array: true, nullable: true }) retrySeconds: number[] | null;
  @Column('smallint', { name: 'disable_after_days' }) disableAfterDays: number;
  @Column('text', { name: 'header_names', array: true }) headerNames: string[];
  @Column('jsonb') auth: ShownAuth;
  @Column('integer') version: number;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}

/** A signing key of an endpoint; all that have not retired sign. */
@Entity({ name: 'endpoint_key' })
export class EndpointKey {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'endpoint_id' }) endpointId: string;
  @Column('text') kind: 'v1' | 'v1a';
  /** Where in `secret` the key is sealed. */
  @Column('text') place: string;
  /** `whpk_…` of a v1a key. */
  @Column('text', { name: 'public_key', nullable: true }) publicKey: string | null;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'retires_at', nullable: true }) retiresAt: Date | null;
}
