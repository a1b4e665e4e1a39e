import { addressSettings, type Connector, secretSettings } from '#connector-kit';
import { type Envelope, fieldErrors, type Tx } from '#platform';
import { systemErrors } from './systems.errors.js';

/** A secret that is read where the connector runs, instead of being kept by the hub: `$env:NAME`. */
const REFERENCE = /^\$env:([A-Z][A-Z0-9_]*)$/;

/** The hub's own variables hold its master key and its database: no system may be handed one. */
const OWN = /^ISTHMUS_/;

export type SystemSettings = Record<string, unknown>;

/** Checks settings against the connector's schema. @throws SYSTEM_SETTINGS_INVALID naming each field. */
export function validateSettings(connector: Connector<never>, settings: SystemSettings): SystemSettings {
  const own = ownReferences(settings);
  if (own.length > 0)
    throw systemErrors.SYSTEM_SETTINGS_INVALID(
      { connector: connector.name },
      { errors: own.map((pointer) => ({ pointer, detail: 'the variables ISTHMUS_… belong to the hub; use another' })) },
    );
  const parsed = connector.settings.safeParse(settings);
  if (parsed.success) return parsed.data as SystemSettings;
  throw systemErrors.SYSTEM_SETTINGS_INVALID(
    { connector: connector.name },
    {
      errors: fieldErrors(parsed.error.issues, settings, '/settings'),
    },
  );
}

function ownReferences(settings: SystemSettings, at = '/settings'): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (isGroup(value)) return ownReferences(value, `${at}/${name}`);
    const variable = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    return variable !== undefined && OWN.test(variable) ? [`${at}/${name}`] : [];
  });
}

/** Splits settings into what may be stored and shown, and what must be sealed. References stay in the open part. */
export function splitSecrets(connector: Connector<never>, settings: SystemSettings) {
  const open = structuredClone(settings);
  const secret: Record<string, string> = {};
  for (const path of secretSettings(connector)) {
    const value = valueAt(settings, path);
    if (typeof value !== 'string' || REFERENCE.test(value)) continue;
    secret[path] = value;
    setAt(open, path, undefined);
  }
  return { open, secret };
}

/** The settings in `given`, with the secrets of `known` that it does not name. */
export function keepSecrets(connector: Connector<never>, given: SystemSettings, known: SystemSettings): SystemSettings {
  const kept = structuredClone(given);
  for (const path of secretSettings(connector)) {
    const value = valueAt(known, path);
    if (value !== undefined && valueAt(kept, path) === undefined) setAt(kept, path, value);
  }
  return kept;
}

/**
 * A secret is for one address: whoever may change the settings must not learn it by sending it to a host of their own.
 *
 * @throws SECRET_FOR_OTHER_ADDRESS when `given` changes an address and leaves a known secret to be kept.
 */
export function refuseMovedSecrets(connector: Connector<never>, given: SystemSettings, known: SystemSettings): void {
  const address = addressSettings(connector).find((path) => valueAt(given, path) !== valueAt(known, path));
  if (address === undefined) return;
  const kept = secretSettings(connector).filter(
    (path) => valueAt(known, path) !== undefined && valueAt(given, path) === undefined,
  );
  if (kept.length > 0)
    throw systemErrors.SECRET_FOR_OTHER_ADDRESS(
      { address, fields: kept.join(', ') },
      {
        errors: kept.map((path) => ({
          pointer: `/settings/${path.replaceAll('.', '/')}`,
          detail: `needed again, because ${address} changes`,
        })),
      },
    );
}

/** The value that stands at `group.name`. */
function valueAt(settings: SystemSettings, path: string): unknown {
  let at: unknown = settings;
  for (const step of path.split('.')) at = isGroup(at) ? at[step] : undefined;
  return at;
}

/** Puts a value at `group.name`, making the groups on the way; undefined takes it away. */
function setAt(settings: SystemSettings, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  let at = settings;
  for (const step of steps) {
    if (!isGroup(at[step])) at[step] = {};
    at = at[step] as SystemSettings;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
}

function isGroup(value: unknown): value is SystemSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/** The settings a connector is opened with: sealed values opened, references read from `env`, or left as they are. */
export function resolveSettings(
  code: string,
  open: SystemSettings,
  sealed: ReadonlyMap<string, Buffer>,
  envelope: Envelope | undefined,
  env: Record<string, string | undefined> | undefined,
): SystemSettings {
  const settings = env === undefined ? structuredClone(open) : withReferences(code, open, '', env);
  for (const [at, value] of sealed) setAt(settings, at.slice(`system/${code}/`.length), envelope?.open(value, at));
  return settings;
}

function withReferences(
  code: string,
  settings: SystemSettings,
  prefix: string,
  env: Record<string, string | undefined>,
): SystemSettings {
  const resolved: SystemSettings = {};
  for (const [name, value] of Object.entries(settings)) {
    const variable = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    if (isGroup(value)) resolved[name] = withReferences(code, value, `${prefix}${name}.`, env);
    else if (variable === undefined) resolved[name] = value;
    else if (OWN.test(variable)) throw new Error(`the setting ${prefix}${name} of ${code} names a variable of the hub`);
    else if (env[variable] !== undefined) resolved[name] = env[variable];
    else
      throw new Error(
        `the setting ${prefix}${name} of ${code} is read from the environment variable ${variable}, which is not set here`,
      );
  }
  return resolved;
}
