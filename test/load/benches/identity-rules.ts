import type { Name, Profile } from '#identity';

/**
 * The baseline: what a firm writes before it buys anything. Records are one party when an id number is equal, or the
 * name and one more thing are (birth date, phone, e-mail, street, postcode), or the birth date and a street or e-mail
 * address are; after the same normalisation as the product.
 */
export function resolveByRules(profiles: readonly Profile[]): Int32Array {
  const parent = Int32Array.from({ length: profiles.length }, (_, i) => i);
  const root = (n: number) => {
    let at = n;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const first = new Map<string, number>();
  for (const [i, p] of profiles.entries())
    for (const key of rules(p)) {
      const seen = first.get(key);
      if (seen === undefined) first.set(key, i);
      else parent[Math.max(root(seen), root(i))] = Math.min(root(seen), root(i));
    }
  return parent.map((_, i) => root(i));
}

function* rules(p: Profile): Iterable<string> {
  for (const [slot, ids] of Object.entries(p.identifiers ?? {}))
    for (const id of ids) if (id.valid !== false) yield `${slot} ${id.whole}`;
  const values = (kind: string) =>
    Object.entries(p.values ?? {}).flatMap(([slot, v]) => (slot === kind || slot.startsWith(`${kind}:`) ? v : []));
  const streets = values('street').filter((v) => v.length > 5);
  for (const born of values('birthDate')) {
    for (const v of streets) yield `born ${born} street ${v}`;
    for (const v of values('email')) yield `born ${born} email ${v}`;
  }
  for (const n of p.names ?? []) {
    const name = nameOf(n);
    if (name === undefined) continue;
    for (const kind of ['birthDate', 'phone', 'email', 'postcode'])
      for (const v of values(kind)) yield `${name} ${kind} ${v}`;
    for (const v of streets) yield `${name} street ${v}`;
  }
}

function nameOf(n: Name): string | undefined {
  if (n.given === undefined || n.surname === undefined) return undefined;
  return n.han?.given === undefined ? [n.given, n.surname].sort().join(' ') : `${n.han.surname ?? ''}${n.han.given}`;
}
