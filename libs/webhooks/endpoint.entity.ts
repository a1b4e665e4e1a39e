import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A downstream system that receives webhooks. Its secret is sealed in `secret`, place `endpoint/<id>/secret`. */
@Entity({ name: 'endpoint' })
export class Endpoint {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  @Column('text') url: string;
  /** Event types, or prefixes ending in `*`; empty means all. */
  @Column('text', { array: true }) types: string[];
  @Column('text') state: 'enabled' | 'disabled';
  @Column('text', { name: 'disabled_reason' }) disabledReason: string;
  @Column('smallint') concurrency: number;
  @Column('integer', { name: 'timeout_ms' }) timeoutMs: number;
  @Column('timestamptz', { name: 'failing_since', nullable: true }) failingSince: Date | null;
  @Column('integer') version: number;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}
