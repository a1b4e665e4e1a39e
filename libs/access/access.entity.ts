import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'app_user' })
export class User {
  @PrimaryColumn('uuid') id: string;
  @Column('text') login: string;
  @Column('text') name: string;
  /** argon2id, PHC string; null until the person sets one. */
  @Column('text', { nullable: true }) password: string | null;
  @Column('text', { array: true }) roles: Role[];
  @Column('boolean') disabled: boolean;
  @Column('integer', { name: 'failed_sign_ins' }) failedSignIns: number;
  @Column('timestamptz', { name: 'locked_until', nullable: true }) lockedUntil: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

@Entity({ name: 'api_key' })
export class ApiKey {
  @PrimaryColumn('uuid') id: string;
  @Column('bytea') hash: Buffer;
  @Column('text') prefix: string;
  @Column('text') name: string;
  @Column('uuid', { name: 'user_id' }) userId: string;
  @Column('text', { array: true }) scopes: Scope[];
  @Column('text', { name: 'created_by', nullable: true }) createdBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
  @Column('uuid', { nullable: true }) successor: string | null;
}

/** What a request may be allowed to do. */
export const SCOPES = ['read', 'write', 'approve', 'intake', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Roles of this release; row scope by branch comes with full access control. */
export const ROLES: Record<string, readonly Scope[]> = {
  admin: ['read', 'write', 'approve', 'intake', 'admin'],
  operator: ['read', 'write'],
  approver: ['read', 'approve'],
  viewer: ['read'],
};
export type Role = string;

/** What somebody with these roles may do. */
export function scopesOf(roles: readonly Role[]): Scope[] {
  return [...new Set(roles.flatMap((r) => ROLES[r] ?? []))];
}

/** Who makes a request, and what they may do. */
export interface Actor {
  readonly userId: string;
  readonly login: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** `session` of a browser, or the API key used. */
  readonly via: { readonly kind: 'session'; readonly csrf: string } | { readonly kind: 'key'; readonly id: string };
}
