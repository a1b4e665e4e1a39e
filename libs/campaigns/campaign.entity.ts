import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CampaignSource } from './campaign-spec.js';

export const CAMPAIGN_STATES = [
  'draft',
  'planned',
  'submitted',
  'approved',
  'running',
  'paused',
  'stopped',
  'completed',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** What planning found: how many, and what the gates would say of the first step. */
export interface PlanSummary {
  readonly audience: number;
  readonly control: number;
  readonly ready: number;
  readonly suppressed: Readonly<Record<string, number>>;
  readonly segment: { readonly code: string; readonly version: number; readonly rule: string };
}

@Entity({ name: 'campaign' })
export class Campaign {
  @PrimaryColumn('uuid') id: string;
  @Column('text') code: string;
  @Column('text') name: string;
  @Column('text') strategy: string;
  @Column('integer') version: number;
  @Column('jsonb') spec: CampaignSource;
  @Column('text') state: CampaignState;
  @Column('timestamptz', { name: 'planned_at', nullable: true }) plannedAt: Date | null;
  @Column('bytea', { name: 'plan_hash', nullable: true }) planHash: Buffer | null;
  @Column('jsonb', { nullable: true }) plan: PlanSummary | null;
  @Column('timestamptz', { name: 'launched_at', nullable: true }) launchedAt: Date | null;
  @Column('timestamptz', { name: 'halted_at', nullable: true }) haltedAt: Date | null;
  @Column('timestamptz', { name: 'stopped_at', nullable: true }) stoppedAt: Date | null;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('uuid', { name: 'updated_by' }) updatedBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}

@Entity({ name: 'approval' })
export class Approval {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'campaign_id' }) campaignId: string;
  @Column('integer') version: number;
  @Column('bytea', { name: 'plan_hash' }) planHash: Buffer;
  @Column('uuid') maker: string;
  @Column('timestamptz', { name: 'submitted_at' }) submittedAt: Date;
  @Column('uuid', { nullable: true }) checker: string | null;
  @Column('text', { nullable: true }) decision: 'approved' | 'rejected' | null;
  @Column('text') reason: string;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: Date | null;
}
