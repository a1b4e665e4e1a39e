import { z } from 'zod';
import type { Connector } from './connector.js';

/** JSON Schema of a connector's settings: the console's form, the API's description and the docs come from it. */
export function settingsSchema(connector: Connector<never>): Record<string, unknown> {
  return z.toJSONSchema(connector.settings, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>;
}

/** Where the settings' secrets stand: `token`, or `signature.secret` inside a group of settings. */
export function secretSettings(connector: Connector<never>): string[] {
  return secretsBelow(settingsSchema(connector), '');
}

type Field = { readonly secret?: boolean; readonly properties?: Readonly<Record<string, Field>> };

function secretsBelow({ properties = {} }: Field, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) =>
    field.secret === true ? [prefix + name] : secretsBelow(field, `${prefix}${name}.`),
  );
}
