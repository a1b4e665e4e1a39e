import type { World } from '../people/person.js';

/** A token or secret of 32 hex digits that follows from the seed: the same after every start. */
export function credential(world: World, ...label: readonly string[]): string {
  const random = world.random('credential', ...label);
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
}
