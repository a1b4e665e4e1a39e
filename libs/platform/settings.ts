import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/**
 * One setting of the product. Every setting is an environment variable; `NAME_FILE` may name a file that holds the
 * value instead (the usual way to hand a secret to a container).
 */
export interface Setting<T = unknown> {
  readonly env: string;
  readonly schema: z.ZodType<T>;
  /** What the setting does, its unit, and what happens at its limits; printed in the settings reference. */
  readonly text: string;
  /** Never printed, never logged. */
  readonly secret?: boolean;
  /** Shown in the reference in place of the parsed default, e.g. "a random port". */
  readonly defaultText?: string;
}

export type Settings<D extends Record<string, Setting>> = { readonly [K in keyof D]: z.output<D[K]['schema']> };

const PREFIX = 'ISTHMUS_';

export function setting<T>(
  env: string,
  schema: z.ZodType<T>,
  text: string,
  more: Pick<Setting, 'secret' | 'defaultText'> = {},
): Setting<T> {
  return { env, schema, text, ...more };
}

/** All the faults of the settings at once: a person who starts the hub mends them in one go. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`the settings have ${faults.length} fault(s):\n${faults.map((f) => `  - ${f}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads every setting from `env`, and refuses names that look like ours but are not (a misspelt setting that is
 * silently ignored is worse than a hub that does not start). Names of `others` are known and not read.
 *
 * @throws SettingsError naming every fault.
 */
export function readSettings<D extends Record<string, Setting>>(
  definitions: D,
  env: Record<string, string | undefined>,
  others: readonly Record<string, Setting>[] = [],
): Settings<D> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set(others.flatMap((o) => Object.values(o)).flatMap((s) => [s.env, `${s.env}_FILE`]));
  for (const [key, s] of Object.entries(definitions)) {
    known.add(s.env).add(`${s.env}_FILE`);
    const raw = readOne(s, env, faults);
    const parsed = s.schema.safeParse(raw === '' ? undefined : raw);
    if (parsed.success) values[key] = parsed.data;
    else {
      const found = raw === undefined ? 'nothing' : s.secret ? 'a value that is not shown' : `"${raw}"`;
      faults.push(`${s.env}: found ${found}; ${parsed.error.issues.map((i) => i.message).join('; ')}`);
    }
  }
  for (const name of Object.keys(env))
    if (name.startsWith(PREFIX) && !known.has(name)) faults.push(`${name}: no such setting${didYouMean(name, known)}`);
  if (faults.length > 0) throw new SettingsError(faults);
  return values as Settings<D>;
}

/** The settings as a person may see them: a secret only says whether it is set. */
export function redactSettings<D extends Record<string, Setting>>(definitions: D, values: Settings<D>) {
  return Object.fromEntries(
    Object.entries(definitions).map(([key, s]) =>
      s.secret ? [`${key}Configured`, Boolean(values[key])] : [key, values[key]],
    ),
  );
}

function readOne(s: Setting, env: Record<string, string | undefined>, faults: string[]): string | undefined {
  const file = env[`${s.env}_FILE`];
  if (file === undefined || file === '') return env[s.env];
  if (env[s.env]) faults.push(`${s.env}: set both directly and by ${s.env}_FILE; keep one`);
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (e) {
    faults.push(`${s.env}_FILE: cannot read "${file}" (${(e as NodeJS.ErrnoException).code ?? 'error'})`);
    return undefined;
  }
}

function didYouMean(name: string, known: ReadonlySet<string>): string {
  const near = [...known].find((k) => differsLittle(k, name));
  return near ? `; did you mean ${near}?` : '; see docs/reference/settings.md';
}

/** True when the two names differ by at most two characters at the same length, or one missing character. */
function differsLittle(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  if (a.length === b.length) return [...a].filter((c, i) => c !== b[i]).length <= 2;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  for (let i = 0; i < long.length; i++) if (long.slice(0, i) + long.slice(i + 1) === short) return true;
  return false;
}
