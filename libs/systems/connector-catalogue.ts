import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connector } from '#connector-kit';

/** The connectors of this build, found by folder scan: a new folder is a new connector, with nothing to register. */
export class ConnectorCatalogue {
  private constructor(private readonly byName: ReadonlyMap<string, Connector<never>>) {}

  static empty(): ConnectorCatalogue {
    return new ConnectorCatalogue(new Map());
  }

  /**
   * @param folder holds one folder per connector, each with a `connector` module whose default export is the value.
   * @throws Error when a folder's name and its connector's name differ, or a folder has no connector.
   */
  static async scan(folder: string): Promise<ConnectorCatalogue> {
    // Sources are `.ts` under Jest; the build leaves `.js`.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const found = new Map<string, Connector<never>>();
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const at = join(folder, entry.name, `connector.${extension}`);
      const connector = ((await import(pathToFileURL(at).href)) as { default?: Connector<never> }).default;
      if (connector?.name !== entry.name)
        throw new Error(
          `${at} must export a connector named "${entry.name}" by default; found ${String(connector?.name)}`,
        );
      found.set(entry.name, connector);
    }
    return new ConnectorCatalogue(found);
  }

  get(name: string): Connector<never> | undefined {
    return this.byName.get(name);
  }

  names(): string[] {
    return [...this.byName.keys()].sort();
  }

  all(): Connector<never>[] {
    return this.names().map((n) => this.byName.get(n)!);
  }
}
