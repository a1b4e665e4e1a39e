import { join } from 'node:path';
import { keep, readKept } from './keeping.js';

/** What makes the firm: everything else follows. */
export interface Founding {
  readonly seed: string;
  readonly clients: number;
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
  const kept = readKept<Omit<Founding, 'asOf'> & { asOf: string }>(file);
  if (!kept) {
    const { seed, clients, asOf } = wanted;
    keep(file, { seed, clients, asOf });
    return wanted;
  }
  if (kept.seed !== wanted.seed || kept.clients !== wanted.clients)
    throw new Error(
      `${dataDir} holds a firm of ${kept.clients} clients with seed "${kept.seed}", and ${wanted.clients} with seed ` +
        `"${wanted.seed}" are wanted; ask for the same, name another folder, or remove this one`,
    );
  return { ...kept, asOf: new Date(kept.asOf) };
}
