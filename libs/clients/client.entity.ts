import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type FieldLineage, packLineage, unpackLineage } from './lineage.js';

/** The golden projection of one person or organisation. Written only by `projectClients`. */
@Entity({ name: 'client' })
export class Client {
  @PrimaryColumn('uuid') id: string;
  @Column('text') founder: string;
  @Column('uuid', { name: 'merged_into', nullable: true }) mergedInto: string | null;
  @Column('text', { nullable: true }) kind: string | null;
  @Column('text', { nullable: true }) name: string | null;
  @Column('text', { name: 'name_latin', nullable: true }) nameLatin: string | null;
  @Column('text', { name: 'id_document_type', nullable: true }) idDocumentType: string | null;
  @Column('bytea', { name: 'id_document', nullable: true }) idDocument: Buffer | null;
  @Column('date', { name: 'birth_date', nullable: true }) birthDate: string | null;
  @Column('text', { nullable: true }) gender: string | null;
  @Column('text', { nullable: true }) occupation: string | null;
  @Column('text', { array: true }) phones: string[];
  @Column('text', { array: true }) emails: string[];
  @Column('text', { nullable: true }) address: string | null;
  @Column('text') status: string;
  @Column('text', { nullable: true }) tier: string | null;
  @Column('text', { name: 'risk_level', nullable: true }) riskLevel: string | null;
  @Column('text', { nullable: true }) branch: string | null;
  @Column('text', { nullable: true }) manager: string | null;
  @Column('date', { nullable: true }) opened: string | null;
  @Column('jsonb') attributes: Record<string, string>;
  @Column('jsonb', { transformer: { from: unpackLineage, to: packLineage } }) lineage: Record<string, FieldLineage>;
  @Column('integer') version: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}
