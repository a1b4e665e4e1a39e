import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A registered instance of a connector. Secret settings are not here: they are sealed in `secret`. */
@Entity({ name: 'system' })
export class System {
  @PrimaryGeneratedColumn('identity', { type: 'smallint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') code: string;
  @Column('text') name: string;
  @Column('text') connector: string;
  @Column('jsonb') settings: Record<string, unknown>;
  @Column('smallint') priority: number;
  /** Fields that it has verified. */
  @Column('text', { array: true }) verified: string[];
  @Column('text', { nullable: true }) agent: string | null;
  @Column('text') owner: string;
  @Column('text') state: 'active' | 'paused';
  @Column('integer') version: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}

/** How far one stream of a system has been read, and how it is. */
@Entity({ name: 'stream' })
export class Stream {
  @PrimaryColumn('smallint', { name: 'system_id' }) systemId: number;
  @PrimaryColumn('text') name: string;
  @Column('jsonb', { nullable: true }) state: unknown;
  @Column('bigint', { name: 'state_version' }) stateVersion: number;
  @Column('text') phase: 'backfill' | 'live';
  @Column('bigint', { name: 'rows_done' }) rowsDone: number;
  @Column('bigint', { name: 'rows_expected', nullable: true }) rowsExpected: number | null;
  @Column('timestamptz', { name: 'started_at', nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { name: 'caught_up_at', nullable: true }) caughtUpAt: Date | null;
  @Column('timestamptz', { name: 'last_good_at', nullable: true }) lastGoodAt: Date | null;
  @Column('timestamptz', { name: 'last_record_at', nullable: true }) lastRecordAt: Date | null;
  @Column('jsonb', { nullable: true }) fields: { name: string; type: string }[] | null;
  @Column('jsonb', { nullable: true }) drift: unknown;
  @Column('jsonb', { nullable: true }) error: StreamError | null;
}

export interface StreamError {
  /** Who must act: an operator (config), the source (data), or nobody yet (transient). */
  readonly class: 'config' | 'data' | 'transient';
  readonly message: string;
  readonly nextStep?: string;
  readonly at: string;
}
