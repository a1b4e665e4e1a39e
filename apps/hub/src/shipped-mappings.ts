import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MappingSource } from '#ingest';
import { projectRoot } from './project.js';

/** The mappings a connector ships, by stream: what a new system starts with. */
export async function shippedMappings(connector: string): Promise<Record<string, MappingSource>> {
  if (!/^[a-z][a-z0-9-]*$/.test(connector)) return {};
  const file = join(projectRoot, 'libs/connectors', connector, 'mapping.json');
  return JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, MappingSource>;
}
