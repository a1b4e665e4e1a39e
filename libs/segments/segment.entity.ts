import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A named rule and its live membership. Each change of the rule is a new version. */
@Entity({ name: 'segment' })
export class Segment {
  @PrimaryColumn('uuid') id: string;
  @Column('text') code: string;
  @Column('text') name: string;
  @Column('integer') version: number;
  @Column('text') state: 'active' | 'archived';
  @Column('timestamptz', { name: 'evaluated_at', nullable: true }) evaluatedAt: Date | null;
  @Column('date', { name: 'evaluated_day', nullable: true }) evaluatedDay: string | null;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}

@Entity({ name: 'segment_version' })
export class SegmentVersion {
  @PrimaryColumn('uuid', { name: 'segment_id' }) segmentId: string;
  @PrimaryColumn('integer') version: number;
  @Column('text') rule: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
