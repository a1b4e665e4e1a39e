import { z } from 'zod';
import type { Connector } from './connector.js';

/** JSON Schema of a connector's settings: the console's form, the API's description and the docs come from it. */
export function settingsSchema(connector: Connector<never>): Record<string, unknown> {
  return z.toJSONSchema(connector.settings, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>;
}

/** Where the settings' secrets stand: `token`, or `signature.secret` inside a group of settings. */
export function secretSettings(connector: Connector<never>): string[] {
  return fieldsBelow(settingsSchema(connector), '', (field) => field.secret === true);
}

/** Which settings say where the system is: URLs, and fields that are named `host`. */
export function addressSettings(connector: Connector<never>): string[] {
  return fieldsBelow(settingsSchema(connector), '', (field, name) => field.format === 'uri' || name === 'host');
}

interface Field {
  readonly secret?: boolean;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Field>>;
}

function fieldsBelow(group: Field, prefix: string, wanted: (field: Field, name: string) => boolean): string[] {
  return Object.entries(group.properties ?? {}).flatMap(([name, field]) =>
    wanted(field, name) ? [prefix + name] : fieldsBelow(field, `${prefix}${name}.`, wanted),
  );
}
