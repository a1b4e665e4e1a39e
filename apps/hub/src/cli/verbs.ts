import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { Api } from './api.js';
import { CliError, EXIT } from './exit.js';
import { type Format, print } from './output.js';

/** Options that every command takes. */
export interface Global {
  readonly url?: string;
  readonly key?: string;
  readonly as?: string;
  readonly output: Format;
  readonly yes?: boolean;
}

export function globals(command: Command): Global {
  return command.optsWithGlobals<Global>();
}

export function api(command: Command): Api {
  return Api.fromSettings(globals(command));
}

/** A command that asks the API one thing and prints the answer. */
export function verb(
  noun: Command,
  usage: string,
  text: string,
  run: (a: Api, args: string[], options: Record<string, string | undefined>) => Promise<unknown>,
  o: { columns?: readonly string[]; options?: readonly (readonly [flags: string, text: string])[] } = {},
): Command {
  const command = noun.command(usage).description(text);
  for (const [flags, about] of o.options ?? []) command.option(flags, about);
  return command.action(async (...given: unknown[]) => {
    const args = given
      .slice(0, -2)
      .filter((arg) => arg !== undefined)
      .map(String);
    const result = await run(api(command), args, command.opts());
    if (result !== undefined) print(result, globals(command).output, o.columns);
  });
}

/** Reads a file as text; `-` is standard input. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (e) {
    throw new CliError(`Cannot read ${file}: ${(e as NodeJS.ErrnoException).code}.`, EXIT.usage);
  }
}

/** Reads a JSON or YAML file; `-` is standard input. */
export function readInput(file: string): Record<string, unknown> {
  const text = readText(file);
  try {
    return parse(text) as Record<string, unknown>;
  } catch (e) {
    throw new CliError(`${file} is neither JSON nor YAML: ${e instanceof Error ? e.message : String(e)}`, EXIT.usage);
  }
}

/** Refuses what cannot be undone unless it was said on the command line. */
export function confirm(command: Command, what: string): void {
  if (!globals(command).yes) throw new CliError(`${what} Say --yes to do it.`, EXIT.usage);
}

/** One part of a path, whatever a person typed. */
export function at(part: string | undefined): string {
  return encodeURIComponent(part ?? '');
}

export function query(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((e): e is [string, string] => e[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
