import type { KeepDays } from './jobs/retention.js';
import type { PostgresConnection } from '#platform';

/** What the hub was started with, for the few places that need to know. */
export interface HubOptions {
  readonly role: 'all' | 'api' | 'intake' | 'worker';
  readonly connection: PostgresConnection;
  /** Address as others reach it; known once the hub listens. */
  readonly publicUrl: () => string;
  readonly secureCookies: () => boolean;
  readonly keep: KeepDays;
  readonly version: string;
}

export const HUB_OPTIONS = Symbol('HubOptions');
