import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../apps/simulator/src/people/person.js';
import { makeWorld } from '../../apps/simulator/src/people/world.js';

/** A small pretend firm on a folder of its own; its systems are started by the test that needs them. */
export async function smallFirm(seed: string, clients = 150) {
  const dataDir = await mkdtemp(join(tmpdir(), `isthmus-firm-${seed}-`));
  const world: World = makeWorld({ seed, clients, asOf: new Date('2026-11-23T10:00:00Z') });
  return { world, dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
}
