import type { SaidType } from './use-event-types.js';

/** Types by what they are about: the word before the first dot. */
export function groupsOf(types: readonly SaidType[]): [string, SaidType[]][] {
  const groups = new Map<string, SaidType[]>();
  for (const type of types) {
    const group = type.type.split('.')[0]!;
    groups.set(group, [...(groups.get(group) ?? []), type]);
  }
  return [...groups];
}
