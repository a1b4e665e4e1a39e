import { join } from 'node:path';
import { keep, readKept } from './keeping.js';
import { type Dirt, NO_DIRT } from './people/dirt.js';

/** What makes the firm: everything else follows. */
export interface Founding {
  readonly seed: string;
  readonly clients: number;
  readonly dirt: Dirt;
  /** When history ends. */
  readonly asOf: Date;
}

/**
 * The founding kept in the folder, or, at the first start, the one that is wanted, which is kept.
 *
 * @throws Error when the folder holds another firm than the one wanted.
 */
export function founding(dataDir: string, wanted: Founding): Founding {
  const file = join(dataDir, 'firm.json');
  const kept = readKept<Omit<Founding, 'asOf' | 'dirt'> & { asOf: string; dirt?: Dirt }>(file);
  if (!kept) {
    const { seed, clients, asOf, dirt } = wanted;
    keep(file, { seed, clients, asOf, dirt });
    return wanted;
  }
  if (kept.seed !== wanted.seed || kept.clients !== wanted.clients)
    throw new Error(
      `${dataDir} holds a firm of ${kept.clients} clients with seed "${kept.seed}", and ${wanted.clients} with seed ` +
        `"${wanted.seed}" are wanted; ask for the same, name another folder, or remove this one`,
    );
  // A firm that was founded before dirt could be chosen has none.
  const dirt = { ...NO_DIRT, ...kept.dirt };
  const other = Object.entries(wanted.dirt).find(([kind, share]) => dirt[kind as keyof Dirt] !== share);
  if (other)
    throw new Error(
      `${dataDir} holds a firm with ${dirt[other[0] as keyof Dirt]} of the dirt "${other[0]}", and ${other[1]} is wanted ` +
        '(ISTHMUS_SIM_DIRT); ask for the same, name another folder, or remove this one',
    );
  return { ...kept, dirt, asOf: new Date(kept.asOf) };
}
