import { type Connector, secretSettings } from '#connector-kit';
import type { Envelope, Tx } from '#platform';
import { systemErrors } from './systems.errors.js';

/** A secret that is read where the connector runs, instead of being kept by the hub: `$env:NAME`. */
const REFERENCE = /^\$env:([A-Z][A-Z0-9_]*)$/;

export type SystemSettings = Record<string, unknown>;

/** Checks settings against the connector's schema. @throws SYSTEM_SETTINGS_INVALID naming each field. */
export function validateSettings(connector: Connector<never>, settings: SystemSettings): SystemSettings {
  const parsed = connector.settings.safeParse(settings);
  if (parsed.success) return parsed.data as SystemSettings;
  throw systemErrors.SYSTEM_SETTINGS_INVALID(
    { connector: connector.name },
    {
      errors: parsed.error.issues.map((i) => ({
        pointer: `/settings${i.path.map((p) => `/${String(p)}`).join('')}`,
        detail: i.message,
      })),
    },
  );
}

/** Splits settings into what may be stored and shown, and what must be sealed. References stay in the open part. */
export function splitSecrets(connector: Connector<never>, settings: SystemSettings) {
  const open: SystemSettings = {};
  const secret: Record<string, string> = {};
  const names = new Set(secretSettings(connector));
  for (const [name, value] of Object.entries(settings))
    if (names.has(name) && typeof value === 'string' && !REFERENCE.test(value)) secret[name] = value;
    else open[name] = value;
  return { open, secret };
}

const place = (code: string, field: string) => `system/${code}/${field}`;

export async function storeSecrets(
  tx: Tx,
  envelope: Envelope,
  code: string,
  secrets: Record<string, string>,
  actor: string,
) {
  for (const [field, value] of Object.entries(secrets))
    await tx.query(
      `insert into secret (place, sealed, updated_by) values ($1, $2, $3)
       on conflict (place) do update set sealed = excluded.sealed, updated_by = excluded.updated_by, updated_at = now()`,
      [place(code, field), envelope.seal(value, place(code, field)), actor],
    );
}

/** The settings a connector is opened with: sealed values opened, references read from `env`. */
export function resolveSettings(
  code: string,
  open: SystemSettings,
  sealed: ReadonlyMap<string, Buffer>,
  envelope: Envelope | undefined,
  env: Record<string, string | undefined>,
): SystemSettings {
  const settings: SystemSettings = { ...open };
  for (const [name, value] of Object.entries(open)) {
    const variable = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    if (variable === undefined) continue;
    const found = env[variable];
    if (found === undefined)
      throw new Error(
        `the setting ${name} of ${code} is read from the environment variable ${variable}, which is not set here`,
      );
    settings[name] = found;
  }
  for (const [at, value] of sealed) settings[at.slice(`system/${code}/`.length)] = envelope?.open(value, at);
  return settings;
}
