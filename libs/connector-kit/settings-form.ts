import { z } from 'zod';
import type { Connector } from './connector.js';

/** JSON Schema of a connector's settings: the console's form, the API's description and the docs come from it. */
export function settingsSchema(connector: Connector<never>): Record<string, unknown> {
  return z.toJSONSchema(connector.settings, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>;
}

/** Names of the top-level settings that are secrets. */
export function secretSettings(connector: Connector<never>): string[] {
  const properties = (settingsSchema(connector)['properties'] ?? {}) as Record<string, { secret?: boolean }>;
  return Object.entries(properties)
    .filter(([, p]) => p.secret === true)
    .map(([name]) => name);
}
